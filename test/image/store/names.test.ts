import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { defaultStoreDirectory } from "../../../providers/image/store/directory";
import { openNames } from "../../../providers/image/store/secret-key";
import { temporaryFolder } from "../../support/folder";

const store = temporaryFolder();

test("names are the same for the same things, whatever the order of their keys", async () => {
    const names = await openNames(store());
    expect(names({ a: 1, b: [2] })).toBe((await openNames(store()))({ b: [2], a: 1 }));
    expect(names({ a: 1 })).not.toBe(names({ a: 2 }));
    expect(names({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
});

test("nobody without the key can tell what a name stands for", async () => {
    const before = (await openNames(store()))("secret");
    const key = path.join(store(), "key");
    expect([statSync(key).mode & 0o777, readFileSync(key).length, statSync(store()).mode & 0o777]).toEqual([
        0o600, 32, 0o700,
    ]);
    rmSync(key);
    expect((await openNames(store()))("secret")).not.toBe(before);
});

test("many at once agree on one key, and a damaged key is replaced", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => openNames(store())));
    expect(new Set(all.map((names) => names("x"))).size).toBe(1);
    writeFileSync(path.join(store(), "key"), "short");
    expect((await openNames(store()))("x")).not.toBe(all[0]?.("x"));
});

test.each([
    [{ XDG_CACHE_HOME: "/var/cache/me", HOME: "/home/me" }, "/var/cache/me/pulumi-linuxkit"],
    [{ XDG_CACHE_HOME: "relative", HOME: "/home/me" }, "/home/me/.cache/pulumi-linuxkit"],
    [{ HOME: "/home/me" }, "/home/me/.cache/pulumi-linuxkit"],
])("the store lies where XDG says: %j", (env, directory) => {
    expect(defaultStoreDirectory(env)).toBe(directory);
});

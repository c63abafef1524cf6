import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fingerprint } from "../../../tools/setup/fingerprint.ts";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();
const inputs = ["source", "package.json", "absent"];

beforeEach(() => {
    mkdirSync(path.join(folder(), "source/deep"), { recursive: true });
    writeFileSync(path.join(folder(), "source/deep/a.ts"), "a");
    writeFileSync(path.join(folder(), "package.json"), "{}");
});

test("it stays the same when only times change", () => {
    const before = fingerprint(folder(), inputs);
    utimesSync(path.join(folder(), "source/deep/a.ts"), 1, 1);
    expect(fingerprint(folder(), inputs)).toBe(before);
});

test.each([
    ["a content changes", () => writeFileSync(path.join(folder(), "source/deep/a.ts"), "b")],
    ["a file appears", () => writeFileSync(path.join(folder(), "source/b.ts"), "")],
    ["a file goes", () => rmSync(path.join(folder(), "package.json"))],
    [
        "a file is renamed",
        () => renameSync(path.join(folder(), "source/deep/a.ts"), path.join(folder(), "source/deep/b.ts")),
    ],
    ["what was absent appears", () => writeFileSync(path.join(folder(), "absent"), "")],
])("it changes when %s", (_, change) => {
    const before = fingerprint(folder(), inputs);
    change();
    expect(fingerprint(folder(), inputs)).not.toBe(before);
});

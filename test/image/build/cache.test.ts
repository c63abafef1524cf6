import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ensureImage } from "../../../providers/image";
import type { BuiltImage, ImagePlan } from "../../../providers/image/plan";
import { temporaryFolder } from "../../support/folder";
import { environment, files, planned, service, usual } from "./support/plan";

const folder = temporaryFolder();
const SECRET = "hunter2-hunter2";

async function build(wanted: ImagePlan): Promise<{ image: BuiltImage; made: string[] }> {
    const made: string[] = [];
    const progress = ({ message }: { message: string }) => void made.push(message.replace(/:.*/, ""));
    return { image: await ensureImage(wanted, environment(folder(), { progress })), made: made.toSorted() };
}

async function plan(changes: Parameters<typeof usual>[1] = {}): Promise<ImagePlan> {
    const env = environment(folder());
    return planned(usual(env, changes), env);
}

function stored(kind: string): string[] {
    const directory = path.join(folder(), "store", kind);
    return existsSync(directory) ? readdirSync(directory).map((name) => path.join(directory, name)) : [];
}

test("what is there is not made again: each component, and the whole", async () => {
    const first = await build(await plan());
    expect(first.made).toEqual(["files", "init.base", "kernel", "services.web", "services.web"]);
    expect(await build(await plan())).toEqual({ image: first.image, made: [] });
});

test("a changed command makes one small segment, a changed folder its own", async () => {
    await build(await plan());
    expect((await build(await plan({ "services.web": service("web", { command: ["/run", "-v"] }) }))).made).toEqual([
        "services.web",
    ]);
    const { made } = await build(await plan({ files: files({ "/etc/motd": { contents: "other" } }) }));
    expect(made).toEqual(["files"]);
});

test("the store can be emptied, whole or in part", async () => {
    const { image } = await build(await plan());
    for (const kind of ["segments", "images", "kernels", "leases", "key"]) {
        rmSync(path.join(folder(), "store", kind), { recursive: true });
        expect((await build(await plan())).image.initrd).toEqual(image.initrd);
    }
    rmSync(path.join(folder(), "store"), { recursive: true });
    expect((await build(await plan())).image.initrd).toEqual(image.initrd);
});

test.each<[string, (file: string) => void]>([
    ["truncated", (file) => truncateSync(file, statSync(file).size - 1)],
    ["emptied", (file) => truncateSync(file)],
    ["changed", (file) => flip(file, 10)],
    ["changed in the middle", (file) => flip(file, Math.floor(statSync(file).size / 2))],
])("a file that was %s is found out and made again", async (_, damage) => {
    const { image } = await build(await plan());
    for (const file of [...stored("images"), ...stored("kernels")]) {
        damage(file);
        expect((await build(await plan())).image.initrd).toEqual(image.initrd);
        expect(readFileSync(image.kernelPath).toString("latin1", 0x202, 0x206)).toBe("HdrS");
    }
    for (const file of stored("segments")) {
        damage(file);
        stored("images").forEach((each) => rmSync(each));
        expect((await build(await plan())).image.initrd).toEqual(image.initrd);
    }
});

test("the store stays below its bound, and keeps what was just built", async () => {
    await build(await plan());
    const changed = await plan({ "services.web": service("web", { command: ["/other"] }) });
    const image = await ensureImage(changed, environment(folder()), { storeLimitBytes: 1 });
    expect([stored("segments").length, stored("images").length]).toEqual([0, 3]);
    expect([existsSync(image.initrdPath), existsSync(image.kernelPath)]).toEqual([true, true]);
    expect((await build(changed)).made).toEqual([]);
});

test("everything in the store is the user's alone, and no name tells of a secret", async () => {
    const web = service("web", { env: [`TOKEN=${SECRET}`] });
    await build(await plan({ "services.web": web, files: files({ "/etc/key": { contents: SECRET } }) }));
    const before = [...stored("segments"), ...stored("images")].map((file) => path.basename(file)).toSorted();
    expect(statSync(path.join(folder(), "store")).mode & 0o777).toBe(0o700);
    expect(stored("segments").map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(
        stored("segments").map(() => "600"),
    );
    rmSync(path.join(folder(), "store"), { recursive: true });
    await build(await plan({ "services.web": web, files: files({ "/etc/key": { contents: SECRET } }) }));
    const after = [...stored("segments"), ...stored("images")].map((file) => path.basename(file));
    expect(after.filter((name) => before.includes(name))).toEqual([]);
});

function flip(file: string, offset: number): void {
    const bytes = readFileSync(file);
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x40;
    writeFileSync(file, bytes);
}

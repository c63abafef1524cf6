import {
    chmodSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import path from "node:path";

import type { Properties } from "../../../providers/lifecycle/handler";
import { temporaryFolder } from "../../support/folder";
import { handlerIn, news, sha256 } from "./support";

/** Nothing is being written any more; before the folder goes, so above it. */
afterEach(() => {
    const remembered = path.join(outer(), "state", "drafts");
    if (existsSync(remembered) && readdirSync(remembered).length > 0) {
        throw new Error("a folder is remembered in which nothing is being written");
    }
});

const outer = temporaryFolder();
/** The program's; the host's state stands beside it. */
const folder = (): string => path.join(outer(), "program");
const at = (...names: string[]): string => path.join(folder(), ...names);

beforeEach(() => mkdirSync(folder()));

const read = (...names: string[]): string => readFileSync(at(...names), "utf8");

async function created(changes: Properties = {}) {
    const made = handlerIn(folder());
    const { inputs, failures } = await made.handler.check({}, news(changes));
    expect(failures).toEqual([]);
    const { id, outs } = await made.handler.create(inputs);
    return { ...made, inputs, id, outs };
}

/** As the engine does for `up`: check, diff, and update where there is a change. */
async function up({ handler }: Pick<ReturnType<typeof handlerIn>, "handler">, outs: Properties, changes: Properties) {
    const { inputs } = await handler.check(outs, news(changes));
    const { changes: isChanged } = await handler.diff("image-file-1", outs, inputs);
    return isChanged ? (await handler.update("image-file-1", outs, inputs)).outs : undefined;
}

test("create writes the file, whole or not at all, and tells what it is", async () => {
    const { outs, id } = await created({ path: "build/os.tar" });
    expect(read("build", "os.tar")).toBe("first");
    expect(readdirSync(at("build"))).toEqual(["os.tar"]);
    expect(statSync(at("build", "os.tar")).mode & 0o777).toBe(0o600);
    const record = { path: "build/os.tar", sizeBytes: 5, sha256: sha256("first") };
    expect(id).toBe("image-file-1");
    expect(outs).toMatchObject({ files: { tar: record }, sha256: sha256("first"), sizeBytes: 5 });
    expect(JSON.stringify(outs)).not.toContain(folder());
});

test("a format of several files appends what LinuxKit does, and sums them up", async () => {
    const { outs } = await created({ format: "kernel+initrd", path: "redis" });
    expect(readdirSync(folder()).toSorted()).toEqual(["redis-cmdline", "redis-initrd.img", "redis-kernel"]);
    const lines = ["kernel", "initrd", "cmdline"].map((part) => `${sha256("first")}  ${part}\n`).toSorted();
    expect(outs).toMatchObject({ sizeBytes: 15, sha256: sha256(lines.join("")) });
});

test("nothing changes where nothing changed", async () => {
    const made = await created();
    expect(await up(made, made.outs, {})).toBeUndefined();
    expect(await made.handler.read("image-file-1", made.outs)).toEqual({ id: "image-file-1", outs: made.outs });
});

describe("what somebody else put there", () => {
    test("is not written over, and nothing is left behind", async () => {
        writeFileSync(at("out.tar"), "mine");
        await expect(created()).rejects.toMatchObject({
            code: "file-not-ours",
            message: expect.stringMatching(/^path: out\.tar is there already, and was not written by this resource: /),
        });
        expect(read("out.tar")).toBe("mine");
        expect(readdirSync(folder())).toEqual(["out.tar"]);
    });

    test("counts as written where it is the same, as after an attempt that was cut off", async () => {
        writeFileSync(at("out.tar"), "first", { mode: 0o640 });
        const { handler, outs } = await created();
        expect(readdirSync(folder())).toEqual(["out.tar"]);
        expect(statSync(at("out.tar")).mode & 0o777).toBe(0o640);
        await handler.delete("image-file-1", outs);
        expect(existsSync(at("out.tar"))).toBe(false);
    });

    test("keeps a format's other files from being put in place", async () => {
        writeFileSync(at("redis-initrd.img"), "mine");
        await expect(created({ format: "kernel+initrd", path: "redis" })).rejects.toThrow(/redis-initrd\.img is there/);
        expect(readdirSync(folder())).toEqual(["redis-initrd.img"]);
    });

    test.each([
        ["a folder", () => mkdirSync(at("out.tar"))],
        ["a symbolic link", () => symlinkSync("elsewhere", at("out.tar"))],
    ])("is refused where it is %s", async (what, put) => {
        put();
        await expect(created()).rejects.toThrow(`path: out.tar is ${what}: choose another path`);
    });
});

test("an unwritable place is named with its property, and folders that were made go again", async () => {
    writeFileSync(at("file"), "");
    await expect(created({ path: "file/os.tar" })).rejects.toThrow(/^path: file\/os\.tar cannot be written: /);
    const { handler } = handlerIn(folder(), { write: () => Promise.reject(new Error("no kernel")) });
    const { inputs } = await handler.check({}, news({ path: "a/b/os.tar" }));
    await expect(handler.create(inputs)).rejects.toThrow("no kernel");
    expect(readdirSync(folder())).toEqual(["file"]);
});

describe("a refresh", () => {
    test("finds a deleted file gone", async () => {
        const { handler, outs } = await created();
        rmSync(at("out.tar"));
        expect(await handler.read("image-file-1", outs)).toEqual({ id: "", outs: {} });
    });

    test("shows an altered file, which the next up writes anew", async () => {
        const made = await created();
        writeFileSync(at("out.tar"), "other");
        const { id, outs } = await made.handler.read("image-file-1", made.outs);
        expect(id).toBe("image-file-1");
        expect(outs["sha256"]).toBe(sha256("other"));
        const after = await up(made, outs, {});
        expect(read("out.tar")).toBe("first");
        expect(after).toEqual(made.outs);
    });

    test("misses one of several files, which the next up makes again", async () => {
        const changes = { format: "kernel+initrd", path: "redis" };
        const made = await created(changes);
        rmSync(at("redis-kernel"));
        const { outs } = await made.handler.read("image-file-1", made.outs);
        expect(Object.keys(outs["files"] as object).toSorted()).toEqual(["cmdline", "initrd"]);
        await up(made, outs, changes);
        expect(read("redis-kernel")).toBe("first");
    });
});

describe("an update", () => {
    test("writes another content into the same place, whose permissions stay", async () => {
        const made = await created();
        chmodSync(at("out.tar"), 0o644);
        made.world.content = "second";
        const outs = await up(made, made.outs, { spdx: true });
        expect(read("out.tar")).toBe("second");
        expect(statSync(at("out.tar")).mode & 0o777).toBe(0o644);
        expect(outs).toMatchObject({ sha256: sha256("second"), sizeBytes: 6 });
        expect(readdirSync(folder())).toEqual(["out.tar"]);
    });

    test("to another path writes there first and removes the old file with its folder", async () => {
        const made = await created({ path: "old/a/os.tar" });
        const outs = await up(made, made.outs, { path: "new/os.tar" });
        expect(readdirSync(folder())).toEqual(["new"]);
        expect(outs).toMatchObject({ folder: "new", files: { tar: { path: "new/os.tar" } } });
    });

    test("to another path below a folder that was made keeps that for the end", async () => {
        const made = await created({ path: "out/a/os.tar" });
        const outs = (await up(made, made.outs, { path: "out/b/os.tar" })) ?? {};
        expect(readdirSync(at("out"))).toEqual(["b"]);
        await made.handler.delete("image-file-1", outs);
        expect(readdirSync(folder())).toEqual([]);
    });

    test("to another format removes the files that the new one does not have", async () => {
        const made = await created({ format: "kernel+initrd", path: "redis" });
        await up(made, made.outs, { format: "tar", path: "redis" });
        expect(readdirSync(folder())).toEqual(["redis"]);
    });

    test("leaves an old file in its place that is no longer what was written, and says so", async () => {
        const made = await created();
        writeFileSync(at("out.tar"), "mine");
        await up(made, made.outs, { path: "new.tar" });
        expect(read("out.tar")).toBe("mine");
        expect(made.notes).toEqual(["out.tar is left in its place: it is no longer what was written"]);
    });

    test("does not write over a change that nobody has seen", async () => {
        const made = await created();
        writeFileSync(at("out.tar"), "mine");
        made.world.content = "second";
        await expect(up(made, made.outs, { spdx: true })).rejects.toThrow(
            /^path: out\.tar was changed since it was written: run `pulumi refresh`/,
        );
        expect(read("out.tar")).toBe("mine");
    });

    test("that fails leaves the old file", async () => {
        const made = await created();
        const { handler } = handlerIn(folder(), { write: () => Promise.reject(new Error("no kernel")) });
        await expect(up({ handler }, made.outs, { spdx: true })).rejects.toThrow("no kernel");
        expect(read("out.tar")).toBe("first");
        expect(readdirSync(folder())).toEqual(["out.tar"]);
    });

    test("that was cut off after the last rename goes through again", async () => {
        const made = await created();
        made.world.content = "second";
        await up(made, made.outs, { spdx: true });
        expect(await up(made, made.outs, { spdx: true })).toMatchObject({ sha256: sha256("second") });
    });
});

describe("a deletion", () => {
    test("removes the files and the folders that were made for them, and nothing else", async () => {
        const { handler, outs } = await created({ path: "a/b/os.tar" });
        writeFileSync(at("a", "mine"), "");
        await handler.delete("image-file-1", outs);
        expect(readdirSync(at("a"))).toEqual(["mine"]);
        await handler.delete("image-file-1", outs);
    });

    test("leaves a changed file, also one whose change a refresh has seen, and says so", async () => {
        const { handler, outs, notes } = await created();
        writeFileSync(at("out.tar"), "mine");
        await handler.delete("image-file-1", (await handler.read("image-file-1", outs)).outs);
        expect(read("out.tar")).toBe("mine");
        expect(notes).toEqual(["out.tar is left in its place: it is no longer what was written"]);
    });
});

test("called off before the files are in place, nothing is left", async () => {
    const stop = new AbortController();
    const { handler } = handlerIn(folder());
    const { inputs } = await handler.check({}, news());
    const stopped = handlerIn(folder(), {
        environment: async () => ({ workingDirectory: folder(), signal: stop.signal }) as never,
        write: async () => {
            stop.abort(new Error("called off"));
            return {};
        },
    });
    await expect(stopped.handler.create(inputs)).rejects.toThrow("called off");
    expect(readdirSync(folder())).toEqual([]);
});

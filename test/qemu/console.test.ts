import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConsoleFollower, trimConsole } from "../../providers/qemu/machine/console";

let directory: string;
let file: string;
beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-console-"));
    file = join(directory, "console.log");
});
afterEach(() => rm(directory, { recursive: true }));

test("a console is followed by whole lines, however it is written", async () => {
    const console = new ConsoleFollower(directory, 0);
    expect(await console.advance()).toEqual([]);
    await writeFile(file, "one\r\ntw");
    expect(await console.advance()).toEqual(["one"]);
    await appendFile(file, Buffer.from("o ü\r\nthr").subarray(0, 3));
    expect(await console.advance()).toEqual([]);
    await appendFile(file, Buffer.from("o ü\r\nthr").subarray(3));
    expect(await console.advance()).toEqual(["two ü"]);
    expect(console.last(2)).toEqual(["two ü", "thr"]);
});

test("what a machine printed in a burst is read to its end at once", async () => {
    await writeFile(
        file,
        "0123456789abcde\n".repeat(150_000) + "Kernel panic - not syncing: Attempted to kill init!\n",
    );
    const lines = await new ConsoleFollower(directory, 0).advance();
    expect(lines).toHaveLength(150_001);
    expect(lines.at(-1)).toBe("Kernel panic - not syncing: Attempted to kill init!");
});

test("a long console keeps its last part, from the beginning of a line", async () => {
    await writeFile(file, "x".repeat(100) + "\n" + "0123456789abcde\n".repeat(80_000));
    const size = await trimConsole(directory);
    expect(size).toBeLessThanOrEqual(1024 * 1024);
    expect(size % 16).toBe(0);
    expect((await stat(file)).size).toBe(size);
    expect(await trimConsole(directory)).toBe(size);
});

import { xzDecompress } from "../../../providers/image/codec";
import { collect, cut } from "./collect";
import { xzFixtures } from "./xz-fixtures";

const squares = Array.from({ length: 200 }, (_, n) => `${n} squared is ${n * n}\n`).join("");

test("unpacks a stream whatever pieces it comes in", async () => {
    for (const sizes of [[1], [7, 100], [65536]]) {
        expect((await collect(xzDecompress(cut(xzFixtures.squares, ...sizes)))).toString()).toBe(squares);
    }
});

test("unpacks far more than the windows between the threads hold", async () => {
    const content = await collect(xzDecompress([xzFixtures.zeros]));
    expect(content.equals(Buffer.concat([Buffer.alloc(3_000_000), Buffer.from("end")]))).toBe(true);
});

test("unpacks nothing to nothing", async () => {
    expect(await collect(xzDecompress([xzFixtures.empty]))).toHaveLength(0);
});

test("works on many streams at once, more than there are workers", async () => {
    const contents = await Promise.all(Array.from({ length: 20 }, () => collect(xzDecompress([xzFixtures.squares]))));
    expect(contents.every((content) => content.toString() === squares)).toBe(true);
});

test.each([
    ["truncated at the end", xzFixtures.squares.subarray(0, -1)],
    ["truncated in the middle", xzFixtures.squares.subarray(0, 300)],
    ["no bytes at all", Buffer.alloc(0)],
    ["another format", Buffer.from("not an xz stream at all, is it?")],
    ["a changed byte", flip(xzFixtures.squares, 200)],
])("refuses %s", async (_, bytes) => {
    await expect(collect(xzDecompress([bytes]))).rejects.toMatchObject({ code: "CodecDamaged" });
});

test("a failing source is the error, and the next stream works", async () => {
    async function* broken() {
        yield xzFixtures.squares.subarray(0, 100);
        throw new Error("disk on fire");
    }
    await expect(collect(xzDecompress(broken()))).rejects.toThrow("disk on fire");
    expect((await collect(xzDecompress([xzFixtures.squares]))).toString()).toBe(squares);
});

test("leaving the loop early ends the source and frees the worker", async () => {
    let isClosed = false;
    async function* source() {
        try {
            yield* cut(xzFixtures.zeros, 10);
        } finally {
            isClosed = true;
        }
    }
    for (let round = 0; round < 10; round++) {
        isClosed = false;
        for await (const chunk of xzDecompress(source())) {
            expect(chunk.length).toBeGreaterThan(0);
            break;
        }
        expect(isClosed).toBe(true);
    }
});

function flip(bytes: Buffer, offset: number): Buffer {
    const copy = Buffer.from(bytes);
    copy[offset] = (copy[offset] ?? 0) ^ 0x10;
    return copy;
}

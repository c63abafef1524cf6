import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";

import fc from "fast-check";

import { type Sealed, SealBroken, readPayload, readSealed, seal } from "../../../providers/image/store/sealed";
import { temporaryFolder } from "../../support/folder";
import { collect } from "../codec/collect";

const folder = temporaryFolder();

async function make(file: string, payload = "payload"): Promise<Sealed<{ note: string }>> {
    return seal(file, async (append) => {
        await append(Buffer.from(payload));
        return { note: "kept" };
    });
}

test("gives back what was sealed, private to the user", async () => {
    const file = path.join(folder(), "deep", "segment");
    const sealed = await make(file);
    expect(await readSealed(file)).toEqual(sealed);
    expect(sealed.payload.sizeBytes).toBe(7);
    expect((await collect(readPayload(file, sealed))).toString()).toBe("payload");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
});

test("there is nothing where nothing was sealed, or the writer failed", async () => {
    const file = path.join(folder(), "segment");
    expect(await readSealed(file)).toBeUndefined();
    await expect(seal(file, () => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full");
    expect(await readSealed(file)).toBeUndefined();
});

test("any flipped bit and any cut is found, in the record or in the payload", async () => {
    const file = path.join(folder(), "segment");
    await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
            await make(file, "a payload of some length");
            const bytes = readFileSync(file);
            const offset = at % bytes.length;
            if (cut) {
                truncateSync(file, offset);
            } else {
                bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
                writeFileSync(file, bytes);
            }
            const sealed = await readSealed(file);
            const isFound = sealed === undefined || (await isBroken(file, sealed));
            expect([isFound, await readSealed(file)]).toEqual([true, undefined]);
        }),
        { numRuns: 200 },
    );
});

async function isBroken(file: string, sealed: Sealed<unknown>): Promise<boolean> {
    return collect(readPayload(file, sealed)).then(
        () => false,
        (error: unknown) => error instanceof SealBroken,
    );
}

test("a file that vanished between its record and its payload is a broken seal", async () => {
    const file = path.join(folder(), "segment");
    const sealed = await make(file);
    await expect(collect(readPayload(`${file}-gone`, sealed))).rejects.toBeInstanceOf(SealBroken);
});

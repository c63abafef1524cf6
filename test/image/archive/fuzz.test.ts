import fc from "fast-check";

import { type TarMember, makeMember, makePax, tarEnd } from "./make-tar";
import { checkInside } from "./inside";
import { type Plain, readAll } from "./read-all";

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const hostilePath = fc
    .array(fc.constantFrom("..", ".", "", "a", "b", "s", "\0"), { maxLength: 6 })
    .map((p) => p.join("/"));
const member: fc.Arbitrary<TarMember> = fc.record({
    name: fc.oneof({ weight: 4, arbitrary: path }, hostilePath),
    type: fc.constantFrom("0", "1", "2", "5", "6", "3", "7", "x", "L", "g", "S"),
    link: fc.oneof(path, hostilePath),
    body: fc.string({ maxLength: 600 }),
    mode: fc.integer({ min: 0, max: 0o7777 }),
});
const archive = fc
    .array(member, { maxLength: 12 })
    .map((members) => Buffer.concat([...members.map(makeMember), tarEnd]));

test("any archive gives entries that stay inside, or an error that is ours", async () => {
    await fc.assert(
        fc.asyncProperty(archive, async (bytes) => {
            checkInside(await readOrRefusal(bytes));
        }),
        { numRuns: 1500 },
    );
});

test("any bytes as extended header give entries, or an error that is ours", async () => {
    await fc.assert(
        fc.asyncProperty(
            fc.oneof(fc.string(), fc.stringMatching(/^([0-9]{1,3} [a-zA-Z.]+=.{0,9}\n){1,4}$/)),
            async (body) => {
                const header = makeMember({ name: "p", type: "x", body });
                await readOrRefusal(Buffer.concat([header, makeMember({ name: "a" }), tarEnd]));
            },
        ),
        { numRuns: 1500 },
    );
});

test("what was written is what is read", async () => {
    const files = fc.uniqueArray(fc.record({ name, body: fc.string(), long: fc.boolean() }), {
        selector: (file) => file.name,
    });
    await fc.assert(
        fc.asyncProperty(files, async (written) => {
            const parts = written.map((file) => {
                const full = `${file.long ? `${"d".repeat(150)}/` : ""}${file.name}`;
                const header = makeMember({ name: full.slice(0, 100), body: file.body });
                return file.long ? Buffer.concat([makePax({ path: full }), header]) : header;
            });
            const read = await readAll(Buffer.concat([...parts, tarEnd]));
            expect(read.map((entry) => [entry.path.split("/").at(-1), entry.text])).toEqual(
                written.map((file) => [file.name, file.body]),
            );
        }),
    );
});

async function readOrRefusal(bytes: Buffer): Promise<readonly Plain[]> {
    try {
        return await readAll(bytes);
    } catch (error) {
        if ((error as { code?: string }).code !== "ArchiveRefused") {
            throw error;
        }
        return [];
    }
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { splitParagraphs } from "../../../providers/image/debian/index-text";
import { openTable, type PackageTable, TableWriter } from "../../../providers/image/debian/package-table";
import { removeTemporaryDirectories, temporaryDirectory } from "./support/environment";

afterAll(removeTemporaryDirectories);

const sha256 = "ab".repeat(32);

async function tableOf(paragraphs: readonly string[]): Promise<PackageTable> {
    const writer = new TableWriter();
    paragraphs.forEach((each) => writer.add(each));
    const path = join(temporaryDirectory(), "table");
    writeFileSync(path, Buffer.concat([...writer.chunks()]));
    return openTable(path);
}

function paragraph(name: string, version: string, more = ""): string {
    return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${more}Filename: pool/${name}.deb\nSize: 12\nSHA256: ${sha256}`;
}

async function* inPieces(text: string, size: number): AsyncIterable<Buffer> {
    const bytes = Buffer.from(text, "utf8");
    for (let start = 0; start < bytes.length; start += size) {
        yield bytes.subarray(start, start + size);
    }
}

describe("a package table", () => {
    it("gives back every field", async () => {
        const fields =
            "Multi-Arch: same\nPriority: optional\nPre-Depends: a\nDepends: b,\n c\nProvides: v (= 1), w\nConflicts: d\nBreaks: e\n";
        const table = await tableOf([paragraph("x", "1:2-3", fields)]);
        expect(table.packages("x")).toEqual([
            {
                name: "x",
                version: "1:2-3",
                architecture: "amd64",
                multiArch: "same",
                priority: "optional",
                preDepends: "a",
                depends: "b, c",
                provides: "v (= 1), w",
                conflicts: "d",
                breaks: "e",
                path: "pool/x.deb",
                sizeBytes: 12,
                sha256,
            },
        ]);
        expect(table.providers("v")).toEqual(["x"]);
        expect(table.providers("w")).toEqual(["x"]);
        expect(table.providers("x")).toEqual([]);
    });

    it("passes over continuation lines of fields it does not keep, and over packages without a file, its hash or its size", async () => {
        const table = await tableOf([
            paragraph("a", "1", "Description: one\n Package: not-this\n Version: 9\n"),
            "Package: no-file\nVersion: 1",
            paragraph("b", "1").replace(sha256, "../../elsewhere"),
            paragraph("c", "1").replace("Size: 12", "Size: many"),
        ]);
        expect(table.packages("a")[0]?.version).toBe("1");
        expect([...table.names()]).toEqual(["a"]);
    });

    it("finds every name, and only those, in any order of writing", async () => {
        const name = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,6}$/);
        await fc.assert(
            fc.asyncProperty(fc.uniqueArray(name, { maxLength: 40 }), name, async (names, other) => {
                const table = await tableOf(names.map((each) => paragraph(each, "1")));
                for (const each of names) {
                    expect(table.packages(each).map((record) => record.name)).toEqual([each]);
                }
                expect(table.packages(other)).toHaveLength(names.includes(other) ? 1 : 0);
                expect([...table.names()].toSorted()).toEqual(names.toSorted());
            }),
            { numRuns: 60 },
        );
    });

    it("keeps several versions of a name in the order of the index", async () => {
        const table = await tableOf([paragraph("b", "1"), paragraph("a", "2"), paragraph("a", "1")]);
        expect(table.packages("a").map((record) => record.version)).toEqual(["2", "1"]);
    });

    it("is refused when it was cut short or is something else", async () => {
        const path = join(temporaryDirectory(), "table");
        const writer = new TableWriter();
        writer.add(paragraph("a", "1"));
        const bytes = Buffer.concat([...writer.chunks()]);
        writeFileSync(path, bytes.subarray(0, bytes.length - 5));
        await expect(openTable(path)).rejects.toThrow("damaged");
        writeFileSync(path, "something else\n");
        await expect(openTable(path)).rejects.toThrow("damaged");
    });
});

describe("splitParagraphs", () => {
    it("gives the same paragraphs whatever the pieces", async () => {
        const paragraphs = ["Package: a\nMaintainer: Ünïcode", "Package: b", "Package: c\nX: y"];
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (size) => {
                const found: string[] = [];
                for await (const each of splitParagraphs(
                    inPieces(paragraphs.join("\n\n"), size),
                    () => new Error("long"),
                )) {
                    found.push(Buffer.from(each, "latin1").toString("utf8"));
                }
                expect(found).toEqual(paragraphs);
            }),
        );
    });

    it("does not wait for ever for a paragraph's end", async () => {
        const endless = splitParagraphs(inPieces("x".repeat(5000), 100), () => new Error("too long"), 1000);
        await expect(async () => {
            for await (const _ of endless);
        }).rejects.toThrow("too long");
    });
});

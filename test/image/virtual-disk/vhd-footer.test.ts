import { vhdFooter } from "../../../providers/image/virtual-disk/vhd-footer";

const identity = Buffer.alloc(32, 0xff);
const MIB = 1 << 20;

/** By the algorithm in the specification's appendix, worked by hand. */
test.each([
    { sizeMib: 1, cylinders: 30, heads: 4, sectors: 17 },
    { sizeMib: 64, cylinders: 963, heads: 8, sectors: 17 },
    { sizeMib: 200, cylinders: 825, heads: 16, sectors: 31 },
    { sizeMib: 504, cylinders: 1024, heads: 16, sectors: 63 },
    { sizeMib: 10 * 1024, cylinders: 20_805, heads: 16, sectors: 63 },
    { sizeMib: 64 * 1024, cylinders: 32_896, heads: 16, sectors: 255 },
    { sizeMib: 2040 * 1024, cylinders: 65_535, heads: 16, sectors: 255 },
])("a disk of $sizeMib MiB has $cylinders cylinders", ({ sizeMib, cylinders, heads, sectors }) => {
    const footer = vhdFooter({ type: "fixed", sizeBytes: sizeMib * MIB, identity });
    expect([footer.readUInt16BE(56), footer[58], footer[59]]).toEqual([cylinders, heads, sectors]);
});

test("the footer is the specification's, to the byte", () => {
    const footer = vhdFooter({ type: "dynamic", sizeBytes: 64 * MIB, identity });
    expect(footer.subarray(0, 85).toString("hex")).toBe(
        [
            "636f6e6563746978" + "00000002" + "00010000" + "0000000000000200",
            "2088fb88" + "77696e20" + "00060002" + "5769326b",
            "0000000004000000" + "0000000004000000" + "03c3" + "08" + "11" + "00000003",
            "ffffe775" + "ffffffffffff8fffbfffffffffffffff" + "00",
        ].join(""),
    );
    expect(footer.subarray(85).equals(Buffer.alloc(512 - 85))).toBe(true);
});

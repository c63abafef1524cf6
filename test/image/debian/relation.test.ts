import { formatGroup, inRange, parseRelations } from "../../../providers/image/debian/relation";

describe("parseRelations", () => {
    it("reads alternatives, versions, qualifiers and architecture lists", () => {
        expect(parseRelations("libc6 (>= 2.38), python3:any, a | b (<< 2) | c:native [amd64], d(=1)")).toEqual([
            [{ name: "libc6", operator: ">=", version: "2.38" }],
            [{ name: "python3", qualifier: "any" }],
            [{ name: "a" }, { name: "b", operator: "<<", version: "2" }, { name: "c", qualifier: "native" }],
            [{ name: "d", operator: "=", version: "1" }],
        ]);
    });

    it("takes the obsolete < and > for <= and >=", () => {
        expect(
            parseRelations("a (< 1), b (> 2)")
                .flat()
                .map(({ operator }) => operator),
        ).toEqual(["<=", ">="]);
    });

    it("reads an empty field as nothing", () => {
        expect(parseRelations("")).toEqual([]);
        expect(parseRelations(" , ")).toEqual([]);
    });

    it("names what is no relation", () => {
        expect(() => parseRelations("libc6 >= 2")).toThrow('"libc6 >= 2"');
    });
});

describe("inRange", () => {
    it("holds every version where no range is given", () => {
        expect(inRange({ name: "a" }, "1")).toBe(true);
    });

    it("compares as Debian does", () => {
        expect(inRange({ name: "a", operator: ">=", version: "1.0~rc1" }, "1.0~beta")).toBe(false);
    });
});

it("formats a group as the archive writes it", () => {
    const text = "a:any (>= 1) | b";
    expect(parseRelations(text).map(formatGroup)).toEqual([text]);
});

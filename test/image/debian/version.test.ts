import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { compareVersions, satisfiesVersion } from "../../../providers/image/debian/version";

/** Ascending, from Debian Policy 5.6.12 and its examples. */
const ASCENDING = [
    "0",
    "1.0~~",
    "1.0~~a",
    "1.0~",
    "1.0~rc1-1",
    "1.0",
    "1.0-1~bpo1",
    "1.0-1",
    "1.0-1+b1",
    "1.0-1+deb13u1",
    "1.0-1.1",
    "1.0-2",
    "1.0-10",
    "1.0a",
    "1.0b",
    "1.0+",
    "1.0.0",
    "1.2",
    "1.10",
    "1:0.5",
    "1:1.3.dfsg+really1.3.1-1",
    "2:0",
];

const version = fc
    .tuple(
        fc.option(fc.nat(3), { nil: undefined }),
        fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,8}$/),
        fc.option(fc.stringMatching(/^[0-9a-zA-Z.+~]{1,5}$/), { nil: undefined }),
    )
    .map(
        ([epoch, upstream, revision]) =>
            `${epoch === undefined ? "" : `${epoch}:`}${upstream}${revision === undefined ? "" : `-${revision}`}`,
    );

function hasDpkg(): boolean {
    try {
        execFileSync("dpkg", ["--version"], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}

describe("compareVersions", () => {
    it("orders Policy's examples", () => {
        const signs = ASCENDING.map((a, i) =>
            ASCENDING.map((b, j) => [a, b, Math.sign(compareVersions(a, b)), Math.sign(i - j)]),
        );
        expect(signs.flat().filter(([, , found, expected]) => found !== expected)).toEqual([]);
    });

    it.each([
        ["1.0", "1.00"],
        ["0:1.0", "1.0"],
        ["1.0-0", "1.0"],
        ["1.0", "1.0-"],
    ])("takes %s and %s for the same", (a, b) => {
        expect(compareVersions(a, b)).toBe(0);
    });

    it("is a total order", () => {
        fc.assert(
            fc.property(version, version, version, (a, b, c) => {
                expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
                expect(compareVersions(a, a)).toBe(0);
                const [first = "", , last = ""] = [a, b, c].sort(compareVersions);
                expect(compareVersions(first, last)).toBeLessThanOrEqual(0);
            }),
        );
    });
});

(hasDpkg() ? describe : describe.skip)("compareVersions, held against dpkg", () => {
    it("agrees with it", () => {
        fc.assert(
            fc.property(version, version, (a, b) => {
                const operator = satisfiesVersion(a, "<<", b) ? "lt" : satisfiesVersion(a, "=", b) ? "eq" : "gt";
                expect(() =>
                    execFileSync("dpkg", ["--compare-versions", a, operator, b], { stdio: "ignore" }),
                ).not.toThrow();
            }),
            { numRuns: 150 },
        );
    });
});

describe("satisfiesVersion", () => {
    it.each([
        ["1.0", "<<", "1.1", true],
        ["1.0", "<<", "1.0", false],
        ["1.0", "<=", "1.0", true],
        ["1.0", "=", "1.0-0", true],
        ["1.0", ">=", "1.1", false],
        ["1:0.1", ">>", "9", true],
    ] as const)("%s %s %s is %s", (a, operator, b, expected) => {
        expect(satisfiesVersion(a, operator, b)).toBe(expected);
    });
});

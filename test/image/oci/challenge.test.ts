import fc from "fast-check";

import { parseChallenges } from "../../../providers/image/oci/registry/challenge";

function parsed(header: string) {
    return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

test.each<[string, unknown[]]>([
    [
        'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
        [
            [
                "bearer",
                { realm: "https://auth.example/token", service: "registry.example", scope: "repository:a/b:pull,push" },
            ],
        ],
    ],
    ['Basic realm="x"', [["basic", { realm: "x" }]]],
    ["bearer Realm=plain , service = b", [["bearer", { realm: "plain", service: "b" }]]],
    ['Bearer realm="a \\"b\\", c"', [["bearer", { realm: 'a "b", c' }]]],
    [
        'Basic realm="x", Bearer realm="y",service="z"',
        [
            ["basic", { realm: "x" }],
            ["bearer", { realm: "y", service: "z" }],
        ],
    ],
    [
        'Negotiate, Basic realm="x"',
        [
            ["negotiate", {}],
            ["basic", { realm: "x" }],
        ],
    ],
    [
        'Negotiate YWJj==, Basic realm="x"',
        [
            ["negotiate", {}],
            ["basic", { realm: "x" }],
        ],
    ],
    ["", []],
    ["=", []],
])("%s", (header, challenges) => {
    expect(parsed(header)).toEqual(challenges);
});

test("any header is read, in time", () => {
    const pieces = fc.constantFrom("Bearer", "realm", "=", '"', "\\", ",", " ", "\t", "a", "==", "\n");
    fc.assert(
        fc.property(
            fc.oneof(
                fc.string(),
                fc.array(pieces, { maxLength: 60 }).map((all) => all.join("")),
            ),
            (header) => {
                for (const { scheme } of parseChallenges(header)) {
                    expect(scheme).toBe(scheme.toLowerCase());
                    expect(scheme).not.toBe("");
                }
            },
        ),
        { numRuns: 2000 },
    );
    expect(parseChallenges(`Bearer ${'a="'.repeat(20_000)}`).length).toBeLessThan(30_000);
});

test("what is quoted comes back", () => {
    fc.assert(
        fc.property(fc.string(), (value) => {
            const quoted = value.replace(/["\\]/g, "\\$&");
            expect(parsed(`Bearer realm="${quoted}",service=s`)).toEqual([["bearer", { realm: value, service: "s" }]]);
        }),
    );
});

import { isSameUserData, userDataFailures, userDataText } from "../../providers/lifecycle/user-data";
import { unknownValue } from "../../sdk/assembly/inputs";

const failuresOf = (value: unknown) =>
    userDataFailures(value).map(({ property, reason }) => [property, reason] as const);

const good = {
    hostname: { content: "web\n" },
    ssh: { perm: "0700", entries: { authorized_keys: { perm: "600", content: "" }, "a b": { content: "x" } } },
    nothing: { entries: {} },
};

test("text is told as it is, files as JSON, in one order whatever state made of it", () => {
    expect(userDataText(undefined)).toBe("");
    expect(userDataText("#!/bin/sh\n")).toBe("#!/bin/sh\n");
    expect(JSON.parse(userDataText(good))).toEqual(good);
    expect(userDataText({ b: { content: "1", perm: "600" }, a: { content: "2" } })).toBe(
        '{"a":{"content":"2"},"b":{"content":"1","perm":"600"}}',
    );
});

test("what is good is let through, known or not", () => {
    for (const value of [undefined, null, "", "text", good, unknownValue, { a: unknownValue }]) {
        expect(failuresOf(value)).toEqual([]);
    }
    expect(failuresOf({ a: { content: unknownValue, perm: unknownValue }, b: { entries: unknownValue } })).toEqual([]);
});

test("16 KB is the limit, in bytes and as the machine reads them", () => {
    expect(failuresOf("x".repeat(16_384))).toEqual([]);
    expect(failuresOf("é".repeat(8_193))).toEqual([
        [
            "userData",
            "is 16386 bytes long, and a machine can be told 16384 at most: put what is larger into the image, or have the machine fetch it",
        ],
    ]);
    expect(failuresOf({ a: { content: "x".repeat(16_384) } })).toEqual([
        ["userData", expect.stringContaining("is 16404 bytes long") as string],
    ]);
});

const nested = (depth: number): object => (depth === 0 ? {} : { a: { entries: nested(depth - 1) } });

test.each<[string, unknown, string, string]>([
    ["a number", 5, "userData", "neither a text nor files"],
    ["a list", ["a"], "userData", "neither a text nor files"],
    ["a text for an entry", { a: "hunter2" }, "userData.a", "is no file or folder"],
    ["neither", { a: {} }, "userData.a", "has to have either"],
    ["both", { a: { content: "hunter2", entries: {} } }, "userData.a", "has to have either"],
    ["a number for content", { a: { content: 5 } }, "userData.a.content", "is no text"],
    ["a list for entries", { a: { entries: [] } }, "userData.a.entries", "is no record"],
    ["a misspelt key", { a: { content: "x", perms: "600" } }, "userData.a.perms", 'did you mean "perm"?'],
    ["a mode that is none", { a: { content: "x", perm: "hunter2" } }, "userData.a.perm", "octal"],
    ["a number for a mode", { a: { content: "x", perm: 600 } }, "userData.a.perm", "octal"],
    ["set-user-id", { a: { content: "x", perm: "4755" } }, "userData.a.perm", "octal"],
    ["a way up", { a: { entries: { "..": { content: "x" } } } }, 'userData.a.entries[".."]', "is not the name"],
    ["a path", { "a/b": { content: "x" } }, 'userData["a/b"]', "is not the name"],
    ["an empty name", { "": { content: "x" } }, 'userData[""]', "is not the name"],
    ["a line end in a name", { "a\n": { content: "x" } }, 'userData["a\\n"]', "is not the name"],
    ["a long name", { ["x".repeat(256)]: { content: "x" } }, `userData.${"x".repeat(256)}`, "255 bytes"],
    ["a name that is taken", { userdata: { content: "x" } }, "userData.userdata", "the machine itself gives"],
    ["17 folders", nested(17), `userData${".a.entries".repeat(16)}`, "more than 16 folders deep"],
])("%s is refused by its path, and no content is shown", (_, value, property, reason) => {
    expect(failuresOf(value)).toEqual([[property, expect.stringContaining(reason) as string]]);
    expect(JSON.stringify(failuresOf(value))).not.toContain("hunter2");
});

test("the same files in another order are the same; what is not known yet may differ", () => {
    const a = { x: { content: "1", perm: "600" }, y: { content: "2" } };
    expect(isSameUserData(a, { y: { content: "2" }, x: { perm: "600", content: "1" } })).toBe(true);
    expect(isSameUserData(undefined, "")).toBe(true);
    expect(isSameUserData(a, { ...a, y: { content: "3" } })).toBe(false);
    expect(isSameUserData(unknownValue, unknownValue)).toBe(false);
});

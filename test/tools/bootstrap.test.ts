import { installedAsLocked } from "../../tools/bootstrap.cjs";

const lock = {
    packages: {
        "": { version: "1.0.0" },
        "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
        "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
    },
};
const a = { "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } };

test.each([
    ["all is installed", { ...a, "node_modules/b": { version: "2.0.0", integrity: "sha512-b" } }],
    ["only another platform's package is absent", a],
    ["there is more than was locked", { ...a, "node_modules/c": { version: "1.0.0", integrity: "sha512-c" } }],
])("packages count as installed when %s", (_, packages) => {
    expect(installedAsLocked(lock, { packages })).toBe(true);
});

test.each([
    ["a package is absent", {}],
    ["a version differs", { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }],
    ["a content differs", { "node_modules/a": { version: "1.0.0", integrity: "sha512-other" } }],
    ["an optional one is there in another version", { ...a, "node_modules/b": { version: "1.0.0", integrity: "x" } }],
])("packages are installed anew when %s", (_, packages) => {
    expect(installedAsLocked(lock, { packages })).toBe(false);
});

test("packages are installed when npm has not finished an install", () => {
    expect(installedAsLocked(lock, undefined)).toBe(false);
});

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");
const page = readFileSync(path.join(root, "docs/aws.md"), "utf8");

/** Codes of the errors in the sources of a folder. */
function codesIn(folder: string): string[] {
    return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) => {
            const text = readFileSync(path.join(root, folder, name), "utf8");
            const thrown = [...text.matchAll(/new LinuxKitError\(\s*"([a-z-]+)"/g)];
            const classified = name.endsWith("errors.ts") ? [...text.matchAll(/"(aws-[a-z]+)"/g)] : [];
            return [...thrown, ...classified].map((match) => match[1] as string);
        });
}

test("every error of an AWS image is explained on its page, and no other", () => {
    const shared = ["attempt-running", "timed-out"];
    const known = [...codesIn("providers/aws"), ...codesIn("sdk/aws"), ...shared].filter(
        (code) => code !== "invalid-regions",
    );
    const table = page.slice(page.indexOf("## Troubleshooting"));
    const explained = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1] as string);
    expect(explained.toSorted()).toEqual([...new Set(known)].toSorted());
});

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

/** Codes of the errors in the sources of a folder, or in a file. */
function codesIn(place: string): string[] {
    const names = place.endsWith(".ts")
        ? [""]
        : readdirSync(path.join(root, place), { recursive: true, encoding: "utf8" });
    return names
        .filter((name) => path.join(place, name).endsWith(".ts"))
        .flatMap((name) => {
            const text = readFileSync(path.join(root, place, name), "utf8");
            const thrown = [...text.matchAll(/new LinuxKitError\(\s*"([a-z-]+)"/g)];
            const classified = name.endsWith("errors.ts") ? [...text.matchAll(/"(aws-[a-z]+)"/g)] : [];
            return [...thrown, ...classified].map((match) => match[1] as string);
        });
}

/** What can happen to any resource of AWS. */
const shared = [
    ...["providers/aws/client", "providers/aws/resource", "providers/lifecycle/attempt.ts"].flatMap(codesIn),
    ...["providers/lifecycle/take-back.ts", "providers/lifecycle/wait.ts", "sdk/aws/connection.ts"].flatMap(codesIn),
];

const pages: readonly (readonly [string, readonly string[]])[] = [
    ["docs/aws.md", ["providers/aws/image"]],
    ["docs/aws-volume.md", ["providers/aws/volume"]],
];

test.each(pages)("every error of %s's resource is explained there, and no other", (page, places) => {
    const text = readFileSync(path.join(root, page), "utf8");
    const table = text.slice(text.indexOf("## Troubleshooting"));
    const explained = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1] as string);
    expect(explained.toSorted()).toEqual([...new Set([...places.flatMap(codesIn), ...shared])].toSorted());
});

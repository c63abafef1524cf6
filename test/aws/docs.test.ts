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
            const thrown = [...text.matchAll(/(?:new LinuxKitError|withConsole)\(\s*"([a-z-]+)"/g)];
            const classified = name.endsWith("errors.ts") ? [...text.matchAll(/"(aws-[a-z]+)"/g)] : [];
            return [...thrown, ...classified].map((match) => match[1] as string);
        });
}

/** What can happen to any resource of AWS. */
const shared = [
    ...["providers/aws/client", "providers/aws/resource", "providers/lifecycle/attempt.ts"].flatMap(codesIn),
    ...["providers/lifecycle/take-back.ts", "providers/lifecycle/wait.ts", "sdk/aws/connection.ts"].flatMap(codesIn),
];

const tableOf = (page: string): string[] => {
    const text = readFileSync(path.join(root, page), "utf8");
    const table = text.slice(text.indexOf("## Troubleshooting"));
    return [...table.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1] as string).toSorted();
};

const sorted = (codes: readonly string[]): string[] => [...new Set(codes)].toSorted();

test("what can happen to any resource is explained on docs/aws.md, and nothing else", () => {
    expect(tableOf("docs/aws.md")).toEqual(sorted(shared));
});

const pages: readonly (readonly [string, readonly string[]])[] = [
    ["docs/aws-image.md", ["providers/aws/image", "sdk/aws/regional-images.ts"]],
    ["docs/aws-instance.md", ["providers/aws/instance", "providers/readiness/wait.ts"]],
    ["docs/aws-volume.md", ["providers/aws/volume"]],
];

test.each(pages)("every error of %s's resource is explained there, or is one of all resources", (page, places) => {
    const own = places.flatMap(codesIn);
    const explained = tableOf(page);
    expect(explained.filter((code) => !shared.includes(code))).toEqual(
        sorted(own).filter((code) => !shared.includes(code)),
    );
});

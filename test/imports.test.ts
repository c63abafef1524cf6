import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { importsBelow, importsOf } from "./support/imports";
import type { Import } from "./support/imports";

const root = path.join(__dirname, "..");

interface Rule {
    /** Other folders of this project. */
    readonly folders: readonly string[];
    /** npm packages; `any` but Pulumi's when absent. */
    readonly packages?: readonly string[];
    /** Pulumi's packages: never, as types, or at run time too. */
    readonly pulumi: "never" | "types" | "always";
}

/** What each folder may import, the most specific folder first. */
const rules: Readonly<Record<string, Rule>> = {
    "sdk/assembly": { folders: [], packages: ["fastest-levenshtein", "yaml"], pulumi: "types" },
    sdk: { folders: ["sdk/assembly", "providers/dynamic"], packages: [], pulumi: "always" },
    "providers/dynamic": {
        folders: [
            "sdk/assembly",
            "providers/lifecycle",
            "providers/image",
            "providers/artifact",
            "providers/qemu",
            "providers/aws",
        ],
        pulumi: "always",
    },
    "providers/lifecycle": { folders: ["sdk/assembly"], pulumi: "never" },
    "providers/image": { folders: ["sdk/assembly"], pulumi: "never" },
    "providers/artifact": { folders: ["sdk/assembly", "providers/lifecycle", "providers/image"], pulumi: "never" },
    "providers/qemu": {
        folders: ["sdk/assembly", "providers/lifecycle", "providers/image", "providers/readiness"],
        pulumi: "never",
    },
    "providers/aws": {
        folders: ["sdk/assembly", "providers/lifecycle", "providers/image", "providers/readiness"],
        pulumi: "never",
    },
    "providers/readiness": { folders: ["sdk/assembly"], packages: [], pulumi: "never" },
    "providers/command": {
        folders: [
            "sdk/assembly",
            "providers/lifecycle",
            "providers/image",
            "providers/artifact",
            "providers/qemu",
            "providers/aws",
        ],
        pulumi: "never",
    },
    examples: { folders: [], packages: ["pulumi-linuxkit"], pulumi: "always" },
    tools: { folders: [], pulumi: "never" },
};

const folderOf = (file: string): string | undefined =>
    Object.keys(rules).find((folder) => file === folder || file.startsWith(`${folder}/`));

function complaint({ file, target, isTypeOnly }: Import): string | undefined {
    const rule = rules[folderOf(file) ?? ""];
    if (rule === undefined) {
        return `${file} is in no folder that the rules know`;
    }
    return isAllowed(rule, file, target, isTypeOnly) ? undefined : `${file} imports ${target}`;
}

function isAllowed(rule: Rule, file: string, target: string, isTypeOnly: boolean): boolean {
    const folder = folderOf(target);
    if (folder !== undefined) {
        return folder === folderOf(file) || rule.folders.includes(folder);
    }
    if (isBuiltin(target)) {
        return true;
    }
    if (target.startsWith("@pulumi/")) {
        return rule.pulumi === "always" || (rule.pulumi === "types" && isTypeOnly);
    }
    return (
        rule.packages === undefined || rule.packages.some((name) => target === name || target.startsWith(`${name}/`))
    );
}

const roots = ["sdk", "providers", "examples", "tools"].filter((folder) => existsSync(path.join(root, folder)));

test.each(roots)("%s imports only what its folders may", (folder) => {
    const complaints = importsBelow(root, folder).map(complaint);
    expect(complaints.filter((found) => found !== undefined)).toEqual([]);
});

test.each([
    ["sdk/assembly/units.ts", 'import { Image } from "../image";'],
    ["sdk/assembly/units.ts", 'import * as pulumi from "@pulumi/pulumi";'],
    ["sdk/image.ts", 'export { build } from "../providers/image";'],
    ["sdk/image.ts", 'const plan = import("../providers/image/plan");'],
    ["providers/image/plan.ts", 'import type { Output } from "@pulumi/pulumi";'],
    ["providers/image/plan.ts", 'require("../qemu");'],
    ["providers/lifecycle/steps.ts", 'type Plan = import("../image/plan").Plan;'],
    ["providers/qemu/machine.ts", 'import { table } from "../dynamic/handlers";'],
    ["examples/redis-os/index.ts", 'import { Image } from "../../sdk/image";'],
    ["tools/demo/main.ts", 'import { LinuxKitError } from "../../sdk/assembly/error";'],
    ["providers/elsewhere/file.ts", 'import path from "node:path";'],
])("in %s, %s is refused", (file, text) => {
    expect(importsOf(file, text).map(complaint)).toEqual([expect.any(String)]);
});

test.each([
    ["sdk/assembly/units.ts", 'import type { Input } from "@pulumi/pulumi";'],
    ["sdk/image.ts", 'import { shims } from "../providers/dynamic";'],
    ["providers/image/plan.ts", 'import { createHash } from "node:crypto";'],
    ["providers/dynamic/handlers.ts", 'import { handler } from "../qemu";'],
])("in %s, %s is allowed", (file, text) => {
    expect(importsOf(file, text).map(complaint)).toEqual([undefined]);
});

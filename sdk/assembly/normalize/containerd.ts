import { isOpaque } from "../inputs";
import { type Findings, member } from "../read/findings";
import { isObject, property } from "../read/reader";
import type { Declaration } from "./declaration";
import { nameProblem } from "./names";

/** What `debian.base()` demands of services where it runs them on containerd, whose ids they have by their names' own rule. */
export function checkContainerd(declarations: readonly Declaration[], findings: Findings): void {
    if (!declarations.some(runsContainerd)) {
        return;
    }
    for (const { section, name, path, args } of declarations) {
        if (section !== "services") {
            continue;
        }
        if (name === "containerd") {
            findings.reject(member(path, "name"), "is the name of the base's own service: choose another");
        }
        checkNamespace(args, path, findings);
    }
}

function runsContainerd({ section, args }: Declaration): boolean {
    return section === "init" && valueAt(valueAt(args, "image"), "runtime") === "containerd";
}

/** Namespaces go by the rule of ids. */
function checkNamespace(args: unknown, path: string, findings: Findings): void {
    const namespace = valueAt(valueAt(args, "runtime"), "namespace");
    const problem = typeof namespace === "string" && namespace !== "" ? nameProblem("services", namespace) : undefined;
    if (problem !== undefined) {
        findings.reject(member(member(path, "runtime"), "namespace"), problem);
    }
}

/** Nothing of what is unknown or a secret. */
function valueAt(value: unknown, key: string): unknown {
    return isObject(value) && !isOpaque(value) ? property(value, key) : undefined;
}

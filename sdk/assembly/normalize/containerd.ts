import { isOpaque } from "../inputs";
import { type Findings, member } from "../read/findings";
import { isObject, property } from "../read/reader";
import type { Declaration } from "./declaration";

/** containerd's `identifiers.Validate`, for ids of containers and names of namespaces. */
const identifier = /^(?=.{1,76}$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/;
const form = 'letters, digits and single "-", "_" or "." between them';

/** What containerd demands of services, where `debian.base()` runs them on it. */
export function checkContainerd(declarations: readonly Declaration[], findings: Findings): void {
    if (!declarations.some(runsContainerd)) {
        return;
    }
    for (const { section, name, path, args } of declarations) {
        if (section === "services") {
            checkId(name, member(path, "name"), findings);
            checkNamespace(args, path, findings);
        }
    }
}

function runsContainerd({ section, args }: Declaration): boolean {
    return section === "init" && valueAt(valueAt(args, "image"), "runtime") === "containerd";
}

function checkId(name: string, path: string, findings: Findings): void {
    if (name === "containerd") {
        findings.reject(path, '"containerd" is the name of the base\'s own service: choose another');
    } else if (!identifier.test(name)) {
        findings.reject(path, `containerd takes names of ${form}, not ${JSON.stringify(name)}`);
    }
}

function checkNamespace(args: unknown, path: string, findings: Findings): void {
    const namespace = valueAt(valueAt(args, "runtime"), "namespace");
    if (typeof namespace === "string" && namespace !== "" && !identifier.test(namespace)) {
        const place = member(member(path, "runtime"), "namespace");
        findings.reject(place, `containerd takes namespaces of ${form}, not ${JSON.stringify(namespace)}`);
    }
}

/** Nothing of what is unknown or a secret. */
function valueAt(value: unknown, key: string): unknown {
    return isObject(value) && !isOpaque(value) ? property(value, key) : undefined;
}

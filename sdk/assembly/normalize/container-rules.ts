import { isOpaque } from "../inputs";
import { type Findings, member } from "../read/findings";
import { isAbsent, isObject, property } from "../read/reader";
import { checkSection } from "./section-rules";

type Raw = Readonly<Record<string, unknown>>;

/**
 * What keys of one container demand of each other. Read from the declaration, so that they are reported
 * together with what is wrong within a key.
 */
export function checkContainer(value: unknown, path: string, findings: Findings): void {
    if (isOpaque(value) || !isObject(value)) {
        return;
    }
    checkCommand(value, path, findings);
    checkHostname(value, path, findings);
    checkSysctl(value, path, findings);
    checkUserNamespace(value, path, findings);
    checkAdditions(value, path, findings);
    checkSection(value, path, findings);
}

/** LinuxKit leaves the additions out without a word. */
function checkAdditions(container: Raw, path: string, findings: Findings): void {
    for (const key of ["capabilities", "binds"]) {
        if (!isAbsent(property(container, key)) && !isAbsent(property(container, `${key}.add`))) {
            const reason = `adds to what the image brings, which ${key} replaces: put its entries there`;
            findings.reject(member(path, `${key}.add`), reason);
        }
    }
}

/** Packages and folders carry no default command, as an image does. */
function checkCommand(container: Raw, path: string, findings: Findings): void {
    const image = property(container, "image");
    const hasNone =
        !isOpaque(image) && isObject(image) && !["builtin", "oci"].includes(String(property(image, "type")));
    if (isAbsent(property(container, "command")) && hasNone) {
        findings.reject(member(path, "command"), 'is required: the program to run, such as ["redis-server"]');
    }
}

const machine: readonly unknown[] = [undefined, null, "host", "root"];

/** crun and runc refuse it: the name would be the machine's. */
function checkHostname(container: Raw, path: string, findings: Findings): void {
    const hostname = property(container, "hostname");
    if (typeof hostname === "string" && hostname !== "" && machine.includes(property(container, "uts"))) {
        findings.reject(member(path, "hostname"), 'needs a host name namespace of its own: add uts: "new"');
    }
}

/** Settings that belong to a namespace, by the key that gives the container one; crun and runc refuse the machine's. */
const namespacedSettings: Readonly<Record<"net" | "ipc", RegExp>> = {
    net: /^net[./]/,
    ipc: /^(kernel[./](msg|sem|shm)|fs[./]mqueue[./])/,
};

function checkSysctl(container: Raw, path: string, findings: Findings): void {
    const sysctl = property(container, "sysctl");
    if (isOpaque(sysctl) || !isObject(sysctl)) {
        return;
    }
    for (const [namespace, settings] of Object.entries(namespacedSettings)) {
        if (machine.includes(property(container, namespace))) {
            for (const name of Object.keys(sysctl).filter((each) => settings.test(each))) {
                const place = member(member(path, "sysctl"), name);
                findings.reject(place, `needs a namespace of its own: add ${namespace}: "new"`);
            }
        }
    }
}

function checkUserNamespace(container: Raw, path: string, findings: Findings): void {
    if (property(container, "userns") !== "new") {
        return;
    }
    for (const key of ["uidMappings", "gidMappings"]) {
        const mappings = property(container, key);
        if (isAbsent(mappings) || (Array.isArray(mappings) && mappings.length === 0)) {
            findings.reject(member(path, key), 'is required with userns: "new"');
        }
    }
}

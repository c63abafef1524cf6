import type { Architecture } from "../../../sdk/assembly/spec";
import type { Json } from "./go-json";
import { allowedSyscalls, syscallsByCapability } from "./seccomp-data";

const nativeArchitectures = { amd64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" } as const;

const ENOSYS = 38;
const AF_VSOCK = 40;
/** CLONE_NEW* of clone(2): namespaces beside what a thread or a process needs. */
const namespaceFlags = 0x7e020000;
/** Linux, 32-bit addresses, either with old-style uname, and the query; personality(2). */
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

/**
 * The decisions of the container engines' default profile, for the native architecture alone:
 * what is not listed fails with EPERM, and what needs a capability is open only to a container that has it.
 * `linux.seccomp` of the OCI runtime specification.
 */
export function seccompProfile(architecture: Architecture, capabilities: readonly string[]): Json {
    const extra = capabilities.flatMap((capability) => syscallsByCapability[capability] ?? []);
    const names = [...new Set([...allowedSyscalls, ...extra])].sort();
    return {
        defaultAction: "SCMP_ACT_ERRNO",
        defaultErrnoRet: 1,
        architectures: [nativeArchitectures[architecture]],
        syscalls: [
            { names, action: "SCMP_ACT_ALLOW" },
            ...personalities.map((value) => allowWhen("personality", { index: 0, value, op: "SCMP_CMP_EQ" })),
            allowWhen("socket", { index: 0, value: AF_VSOCK, op: "SCMP_CMP_NE" }),
            ...(capabilities.includes("CAP_SYS_ADMIN") ? [] : threadsOnly),
        ],
    };
}

function allowWhen(name: string, argument: Json): Json {
    return { names: [name], action: "SCMP_ACT_ALLOW", args: [argument] };
}

/** clone3 takes its flags in memory, where a filter cannot look: without it the C library falls back to clone. */
const threadsOnly: readonly Json[] = [
    allowWhen("clone", { index: 0, value: namespaceFlags, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }),
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
];

import { seccompProfile } from "../../../providers/image/container/seccomp";

interface Rule {
    readonly names: readonly string[];
    readonly action: string;
    readonly args?: readonly unknown[];
    readonly errnoRet?: number;
}

function rules(capabilities: readonly string[]): readonly Rule[] {
    return (seccompProfile("amd64", capabilities) as unknown as { syscalls: readonly Rule[] }).syscalls;
}

function isOpen(name: string, capabilities: readonly string[] = []): boolean {
    return rules(capabilities).some(
        (rule) => rule.names.includes(name) && rule.action === "SCMP_ACT_ALLOW" && rule.args === undefined,
    );
}

test("what is not listed fails with EPERM, for the architecture of the image alone", () => {
    expect(seccompProfile("amd64", [])).toMatchObject({
        defaultAction: "SCMP_ACT_ERRNO",
        defaultErrnoRet: 1,
        architectures: ["SCMP_ARCH_X86_64"],
    });
    expect(seccompProfile("arm64", [])).toMatchObject({ architectures: ["SCMP_ARCH_AARCH64"] });
});

test.each(["read", "openat", "execve", "futex", "epoll_wait", "clock_gettime", "rseq", "ptrace", "setuid"])(
    "%s is open to everyone",
    (name) => expect(isOpen(name)).toBe(true),
);

test.each(["keyctl", "add_key", "kexec_load", "io_uring_setup", "userfaultfd", "swapon", "pivot_root", "uselib"])(
    "%s is closed whatever the capabilities",
    (name) => expect(isOpen(name, ["CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_PTRACE"])).toBe(false),
);

test.each([
    ["mount", "CAP_SYS_ADMIN"],
    ["setns", "CAP_SYS_ADMIN"],
    ["unshare", "CAP_SYS_ADMIN"],
    ["bpf", "CAP_BPF"],
    ["perf_event_open", "CAP_PERFMON"],
    ["reboot", "CAP_SYS_BOOT"],
    ["chroot", "CAP_SYS_CHROOT"],
    ["init_module", "CAP_SYS_MODULE"],
    ["process_vm_readv", "CAP_SYS_PTRACE"],
    ["clock_settime", "CAP_SYS_TIME"],
    ["syslog", "CAP_SYSLOG"],
    ["mbind", "CAP_SYS_NICE"],
    ["open_by_handle_at", "CAP_DAC_READ_SEARCH"],
])("%s opens with %s", (name, capability) => {
    expect(isOpen(name)).toBe(false);
    expect(isOpen(name, [capability])).toBe(true);
});

test("a container makes threads and processes, but no namespaces, unless it administers the system", () => {
    const named = (name: string, capabilities: readonly string[]) =>
        rules(capabilities).filter((rule) => rule.names.includes(name));
    const everyNamespace = [0x20000000, 0x40000000, 0x10000000, 0x08000000, 0x04000000, 0x02000000, 0x00020000];
    const mask = everyNamespace.reduce((sum, flag) => sum + flag, 0);
    expect(named("clone", [])).toEqual([
        {
            names: ["clone"],
            action: "SCMP_ACT_ALLOW",
            args: [{ index: 0, value: mask, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
        },
    ]);
    expect(named("clone3", [])).toEqual([{ names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38 }]);
    expect(isOpen("clone", ["CAP_SYS_ADMIN"]) && isOpen("clone3", ["CAP_SYS_ADMIN"])).toBe(true);
    expect(named("clone3", ["CAP_SYS_ADMIN"])).toHaveLength(1);
});

test("no call is listed twice", () => {
    const names = rules(["CAP_SYS_ADMIN", "CAP_BPF", "CAP_SYSLOG"]).flatMap((rule) => (rule.args ? [] : rule.names));
    expect(new Set(names).size).toBe(names.length);
});

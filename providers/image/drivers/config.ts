/** What a kernel was built with. */
export interface KernelConfig {
    /** By option, without `CONFIG_`: `y`, `m`, `n`, or another value as it stands there. */
    readonly options: Readonly<Record<string, string>>;
    /** Whether an option that it does not name is off: kernels are built with such, and people also keep shorter ones. */
    readonly isComplete: boolean;
}

const SET = /^CONFIG_(\w+)=(.*)$/;
const UNSET = /^# CONFIG_(\w+) is not set$/;
/** What scripts/kconfig puts at the head of each .config, and of no defconfig. */
const HEAD = /^# Automatically generated /m;

/** Reads a .config as scripts/kconfig/confdata.c writes it; nothing of what is none. */
export function parseKernelConfig(text: string): KernelConfig | undefined {
    const options = new Map<string, string>();
    for (const line of text.split("\n")) {
        const [, name, value] = SET.exec(line) ?? [];
        const unset = UNSET.exec(line)?.[1];
        if (name !== undefined) {
            options.set(name, value ?? "");
        } else if (unset !== undefined) {
            options.set(unset, "n");
        }
    }
    if (options.size === 0) {
        return undefined;
    }
    return { options: Object.fromEntries(options), isComplete: HEAD.test(text) };
}

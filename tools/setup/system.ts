import { existsSync } from "node:fs";
import { findOnPath } from "../process/path.ts";
import type { Report } from "../process/report.ts";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { ensureUnpacked, unpackedFolder } from "./unpacked.ts";

/** A program of the operating system, and the package that brings it. */
export interface SystemProgram {
    readonly program: string;
    readonly debianPackage: string;
    readonly homebrewPackage: string;
    /** Looked for on Debian instead: what is no program, or not on everyone's PATH. */
    readonly debianFile?: string;
    /** Whether Debian's package starts a service where it is installed: then the program alone is unpacked. */
    readonly isService?: boolean;
}

const QEMU_X86: SystemProgram = {
    program: "qemu-system-x86_64",
    debianPackage: "qemu-system-x86",
    homebrewPackage: "qemu",
};
const QEMU_ARM: SystemProgram = {
    program: "qemu-system-aarch64",
    debianPackage: "qemu-system-arm",
    homebrewPackage: "qemu",
};
const QEMU_IMG: SystemProgram = { program: "qemu-img", debianPackage: "qemu-utils", homebrewPackage: "qemu" };
/** UEFI for QEMU's machines. */
const OVMF: SystemProgram = {
    program: "qemu-system-x86_64",
    debianPackage: "ovmf",
    homebrewPackage: "qemu",
    debianFile: "/usr/share/OVMF/OVMF_CODE_4M.fd",
};
const AAVMF: SystemProgram = {
    program: "qemu-system-aarch64",
    debianPackage: "qemu-efi-aarch64",
    homebrewPackage: "qemu",
    debianFile: "/usr/share/AAVMF/AAVMF_CODE.fd",
};
const FSCK_FAT: SystemProgram = {
    program: "fsck.fat",
    debianPackage: "dosfstools",
    homebrewPackage: "dosfstools",
    debianFile: "/usr/sbin/fsck.fat",
};
const E2FSPROGS: SystemProgram = {
    program: "mke2fs",
    debianPackage: "e2fsprogs",
    homebrewPackage: "e2fsprogs",
    debianFile: "/usr/sbin/mke2fs",
};
const SGDISK: SystemProgram = {
    program: "sgdisk",
    debianPackage: "gdisk",
    homebrewPackage: "gptfdisk",
    debianFile: "/usr/sbin/sgdisk",
};
const XORRISO: SystemProgram = { program: "xorriso", debianPackage: "xorriso", homebrewPackage: "xorriso" };
const SQUASHFS: SystemProgram = { program: "mksquashfs", debianPackage: "squashfs-tools", homebrewPackage: "squashfs" };
const EROFS: SystemProgram = { program: "fsck.erofs", debianPackage: "erofs-utils", homebrewPackage: "erofs-utils" };
const SHELLCHECK: SystemProgram = {
    program: "shellcheck",
    debianPackage: "shellcheck",
    homebrewPackage: "shellcheck",
};
const XZ: SystemProgram = { program: "xz", debianPackage: "xz-utils", homebrewPackage: "xz" };
const ZSTD: SystemProgram = { program: "zstd", debianPackage: "zstd", homebrewPackage: "zstd" };
const GNU_TIME: SystemProgram = {
    program: "time",
    debianPackage: "time",
    homebrewPackage: "gnu-time",
    debianFile: "/usr/bin/time",
};
const DOCKER_REGISTRY: SystemProgram = {
    program: "docker-registry",
    debianPackage: "docker-registry",
    homebrewPackage: "distribution",
    isService: true,
};
const OPENSSL: SystemProgram = { program: "openssl", debianPackage: "openssl", homebrewPackage: "openssl" };
const SKOPEO: SystemProgram = { program: "skopeo", debianPackage: "skopeo", homebrewPackage: "skopeo" };
const SSH: SystemProgram = { program: "ssh", debianPackage: "openssh-client", homebrewPackage: "openssh" };

export const BENCH_PROGRAMS: readonly SystemProgram[] = [QEMU_X86, XZ, ZSTD, GNU_TIME];
export const DEMO_PROGRAMS: readonly SystemProgram[] = [QEMU_X86];
export const LINT_PROGRAMS: readonly SystemProgram[] = [SHELLCHECK];
export const TEST_PROGRAMS: readonly SystemProgram[] = [
    QEMU_X86,
    QEMU_ARM,
    QEMU_IMG,
    SQUASHFS,
    EROFS,
    OVMF,
    AAVMF,
    FSCK_FAT,
    E2FSPROGS,
    SGDISK,
    XORRISO,
    SHELLCHECK,
    DOCKER_REGISTRY,
    OPENSSL,
    SKOPEO,
    SSH,
    XZ,
    ZSTD,
];

export interface SystemEffects {
    readonly run: Run;
    readonly report: Report;
    readonly env: NodeJS.ProcessEnv;
    readonly isRoot: boolean;
    readonly platform: NodeJS.Platform;
    /** Debian, Ubuntu and their kin. */
    readonly isDebian: boolean;
}

export function systemEffects(run: Run, report: Report): SystemEffects {
    return {
        run,
        report,
        env: process.env,
        isRoot: process.getuid?.() === 0,
        platform: process.platform,
        isDebian: existsSync("/etc/debian_version"),
    };
}

/**
 * Installs what is missing with apt-get as root on Debian and its kin; elsewhere fails with the commands to run.
 * @returns folders to look for programs in beside those of PATH
 */
export async function ensurePrograms(
    programs: readonly SystemProgram[],
    effects: SystemEffects,
): Promise<readonly string[]> {
    const services = effects.isDebian ? programs.filter(({ isService }) => isService) : [];
    const own = services.filter((program) => isMissing(program, effects));
    await ensureInstalled(
        programs.filter((program) => !services.includes(program)),
        effects,
    );
    for (const program of own) {
        await ensureUnpacked(program, effects);
    }
    return own.map((program) => unpackedFolder(program, effects));
}

async function ensureInstalled(programs: readonly SystemProgram[], effects: SystemEffects): Promise<void> {
    const missing = programs.filter((program) => isMissing(program, effects));
    if (missing.length === 0) {
        return;
    }
    const commands = installCommands(missing, effects);
    if (!effects.isRoot || commands.manager !== "apt-get") {
        throw new ToolError(howToInstall(missing, commands, effects));
    }
    effects.report.step(`Installing ${missing.map(({ debianPackage }) => debianPackage).join(", ")} with apt-get`);
    for (const [command, ...args] of commands.lines) {
        await runOrFail(command, args, effects);
    }
    const still = missing.filter((program) => isMissing(program, effects));
    if (still.length > 0) {
        throw new ToolError(`apt-get succeeded, but not there: ${namesOf(still, effects)}`);
    }
}

function isMissing({ program, debianFile }: SystemProgram, { env, isDebian }: SystemEffects): boolean {
    return isDebian && debianFile !== undefined ? !existsSync(debianFile) : findOnPath(program, env) === undefined;
}

function namesOf(programs: readonly SystemProgram[], { isDebian }: SystemEffects): string {
    const names = programs.map(({ program, debianFile }) =>
        isDebian && debianFile !== undefined ? debianFile : program,
    );
    return [...new Set(names)].join(", ");
}

interface InstallCommands {
    readonly manager: "apt-get" | "brew" | "none";
    readonly lines: readonly (readonly [string, ...string[]])[];
}

function installCommands(missing: readonly SystemProgram[], effects: SystemEffects): InstallCommands {
    if (effects.platform === "darwin") {
        const packages = [...new Set(missing.map(({ homebrewPackage }) => homebrewPackage))];
        return { manager: "brew", lines: [["brew", "install", ...packages]] };
    }
    if (!effects.isDebian) {
        return { manager: "none", lines: [] };
    }
    const packages = missing.map(({ debianPackage }) => debianPackage);
    return {
        manager: "apt-get",
        lines: [
            ["apt-get", "update"],
            ["apt-get", "install", "--yes", "--no-install-recommends", ...packages],
        ],
    };
}

function howToInstall(missing: readonly SystemProgram[], commands: InstallCommands, effects: SystemEffects): string {
    const names = namesOf(missing, effects);
    if (commands.manager === "none") {
        return `Missing: ${names}. Install them with this system's package manager, then run the same command again.`;
    }
    const prefix = commands.manager === "apt-get" && !effects.isRoot ? "sudo " : "";
    const lines = commands.lines.map((line) => `    ${prefix}${line.join(" ")}`);
    return [`Missing: ${names}. Run this, then the same command again:`, ...lines].join("\n");
}

async function runOrFail(command: string, args: readonly string[], { run, env }: SystemEffects): Promise<void> {
    const { code, output } = await run(command, args, { env: { ...env, DEBIAN_FRONTEND: "noninteractive" } });
    if (code !== 0) {
        throw new ToolError(`${[command, ...args].join(" ")} failed with exit code ${code}:\n${output}`);
    }
}

import { writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Command } from "commander";
import { LinuxKitError } from "../../sdk/assembly/error";
import { typescriptOf } from "../../sdk/assembly/yaml/program/typescript";
import { buildCommand } from "./build/build";
import { runCommand } from "./build/run";
import { nameOf, yamlSources } from "./build/sources";
import { consoleCommand, type ConsoleOutside } from "./console-command";
import { gcCommand, type Outside } from "./gc-command";
import { interruption, untilInterrupted } from "./interrupt";

/** Says "error" when nobody reads it any more, as of `console | head`. */
interface Closable {
    on(event: "error", listener: () => void): unknown;
    off(event: "error", listener: () => void): unknown;
}

/** What the command reaches outside itself through. */
export interface Terminal {
    readonly env: NodeJS.ProcessEnv;
    readonly stdin: Readable;
    readonly stdout: Closable & { write(text: string | Buffer): unknown };
    readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
    exitCode?: number | string | null | undefined;
    on(event: "SIGINT", listener: () => void): unknown;
    off(event: "SIGINT", listener: () => void): unknown;
}

/** @param outside what stands for Pulumi and AWS in tests */
export function program(terminal: Terminal, outside: Partial<Outside & ConsoleOutside> = {}): Command {
    const command = new Command("pulumi-linuxkit").description(
        "Builds operating systems, and looks after the virtual machines of this host.",
    );
    command
        .command("convert")
        .description("print the TypeScript program that declares and builds what LinuxKit YAML files do, merged")
        .argument(
            "<file...>",
            'YAML files, "-" for standard input, or http(s) URLs; a later one\'s kernel counts, its lists go on where the earlier ones end',
        )
        .option(
            "--out <file>",
            "write the program to a new file; paths in it are relative to that file's folder",
            undefined,
        )
        .action((files: readonly string[], options: { out?: string }) => convert(terminal, files, options));
    command.addCommand(consoleCommand(terminal, outside)).addCommand(gcCommand(terminal, outside));
    command.addCommand(buildCommand(terminal)).addCommand(runCommand(terminal));
    return command;
}

async function convert(terminal: Terminal, files: readonly string[], { out }: { out?: string }): Promise<void> {
    const sources = await untilInterrupted(
        terminal,
        (signal) => yamlSources(files, { fetch: globalThis.fetch, signal, stdin: () => terminal.stdin }),
        interruption("nothing was written"),
    );
    const text = typescriptOf(sources, nameOf(files.at(-1) ?? "-"));
    if (out === undefined) {
        terminal.stdout.write(text);
        return;
    }
    await writeFile(out, text, { flag: "wx" }).catch((cause: unknown) => {
        const { code, message } = cause as NodeJS.ErrnoException;
        const reason = code === "EEXIST" ? `${out} is there already: name a new file` : message;
        throw new LinuxKitError("out-unwritable", `--out: ${reason}`, { out }, { cause });
    });
}

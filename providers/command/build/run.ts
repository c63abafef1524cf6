import { isIPv4 } from "node:net";
import { Command, InvalidArgumentError, Option } from "commander";

import { parseBytes } from "../../../sdk/assembly/units";
import { cpusProblem, memoryProblem } from "../../qemu/check/fields";
import { sharesHostPort } from "../../qemu/check/ports";
import { defaults, type Port } from "../../qemu/settings";
import type { Terminal } from "../program";
import { withPlanOptions } from "./build";
import type * as foregroundModule from "./foreground";
import type { RunOptions } from "./foreground";

export function runCommand(terminal: Terminal): Command {
    return withPlanOptions(new Command("run"))
        .description("build an image and boot it in QEMU, its console on this terminal, until it powers off")
        .addOption(
            new Option("--memory <size>", "of the machine")
                .argParser(memory)
                .default(parseBytes(defaults.memory), defaults.memory),
        )
        .option("--cpus <number>", "of the machine", cpus, defaults.cpus)
        .addOption(
            new Option("--publish <[address:]host:guest[/udp]>", "forward a port of this host; may be repeated")
                .argParser(publish)
                .default([], "none"),
        )
        .addOption(
            new Option("--accelerator <name>", "(default: the fastest that boots a guest here)").choices([
                "kvm",
                "hvf",
                "tcg",
            ]),
        )
        .addHelpText("after", "\nCtrl-A X ends the machine; Ctrl-A C leads to QEMU's monitor and back.")
        .action((files: readonly string[], options: RunOptions) => {
            const { runInForeground } = require("./foreground") as typeof foregroundModule;
            return runInForeground(terminal, files, options);
        });
}

function memory(text: string): number {
    refuse(memoryProblem(text));
    return parseBytes(text);
}

function cpus(text: string): number {
    const number = /^\d+$/.test(text) ? Number(text) : text;
    refuse(cpusProblem(number));
    return Number(number);
}

function refuse(problem: string | undefined): void {
    if (problem !== undefined) {
        throw new InvalidArgumentError(problem);
    }
}

const portForm = /^(?:(\d+\.\d+\.\d+\.\d+):)?(\d+):(\d+)(?:\/(tcp|udp))?$/;

function publish(text: string, earlier: readonly Port[]): readonly Port[] {
    const [, address = "127.0.0.1", host, guest, protocol = "tcp"] = portForm.exec(text) ?? [];
    const numbers = [host, guest].map(Number);
    if (!numbers.every((port) => port >= 1 && port <= 65_535)) {
        throw new InvalidArgumentError('it has the form "6379:6379", ports from 1 to 65535');
    }
    refuse(isIPv4(address) ? undefined : `${JSON.stringify(address)} is not an IPv4 address`);
    const port = { address, host: Number(host), guest: Number(guest), protocol: protocol as Port["protocol"] };
    refuse(
        earlier.some((other) => sharesHostPort(other, port))
            ? `port ${host} is given twice: choose another`
            : undefined,
    );
    return [...earlier, port];
}

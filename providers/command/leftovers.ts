import path from "node:path";

import type { DiskJournal } from "../qemu/disk/journal";
import { type Host, type Leftover, releasePorts, removeLeftover } from "./gc";
import { type LeftoverDisk, removeLeftoverDisk } from "./gc-disks";
import type { StackState } from "../lifecycle/stack";

export interface DiskHost extends Host {
    readonly disks: DiskJournal;
}

type Any = Leftover | LeftoverDisk;

const isDisk = (leftover: Any): leftover is LeftoverDisk => "file" in leftover;

/** Takes away what it may; returns the ids of that. */
export async function removeAll(
    host: DiskHost,
    state: StackState,
    found: readonly Any[],
): Promise<ReadonlySet<string>> {
    const removed = new Set<string>();
    for (const leftover of found) {
        const isGone = isDisk(leftover) ? removeLeftoverDisk(host.disks, leftover) : removeLeftover(host, leftover);
        if (await isGone) {
            removed.add(leftover.id);
        }
    }
    await releasePorts(host, state);
    return removed;
}

/** What is told to people, line by line. */
export function report(
    { name }: StackState,
    all: readonly Any[],
    removed: ReadonlySet<string>,
    told: boolean,
): readonly string[] {
    const stack = `${name.project}/${name.stack}`;
    const found = all.filter(({ kind }) => kind !== "data");
    const kept = all.filter(isDisk).filter(({ kind }) => kind === "data");
    const lines = found.map((leftover) => `${outcome(leftover, removed, told)}  ${describe(leftover)}`);
    return [
        ...(all.length === 0 ? [`nothing is left of ${stack} on this host that its state does not know`] : []),
        ...(found.length === 0 || told ? [] : [`left of ${stack} on this host, and not in its state:`]),
        ...lines,
        ...(found.length === 0 || told ? [] : ["delete them with --yes"]),
        ...(kept.length === 0 ? [] : keptLines(stack, kept)),
    ];
}

/** A disk that was made may hold data, so only a person deletes it: its file, its entry and its claims. */
function keptLines(stack: string, kept: readonly LeftoverDisk[]): readonly string[] {
    return [
        `disks of ${stack} on this host that its state does not know, kept with their data; go on with one in a qemu.Disk, or delete it by hand:`,
        ...kept.map(
            ({ id, name, file }) =>
                `    ${name}  adopt: { id: "${id}" }  or  rm -r '${file.slice(0, -path.extname(file).length)}'.*`,
        ),
    ];
}

function outcome({ id }: Any, removed: ReadonlySet<string>, told: boolean): string {
    if (!told) {
        return "  ";
    }
    return removed.has(id) ? "deleted" : "in use now, kept";
}

const whatHappened: Readonly<Record<Any["kind"], string>> = {
    unfinished: "its creation was cut off",
    unknown: "made, and never recorded in state",
    gone: "its file is gone from this host",
    data: "kept with its data",
};

function describe(leftover: Any): string {
    const { id, name, kind } = leftover;
    return [id, name, whatHappened[kind], ...(isDisk(leftover) ? ["a disk"] : whereabouts(leftover))].join("  ");
}

function whereabouts({ pid, ports }: Leftover): readonly string[] {
    const open = ports.map(({ address, host, guest }) => `${address}:${host} -> ${guest}`).join(", ");
    return [pid === null ? "not running" : `process ${pid}`, open].filter((part) => part !== "");
}

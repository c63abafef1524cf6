import { failure, holdsUnknown, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { isAlive } from "../../lifecycle/process";
import type { WantedDisk } from "../disk/attached";
import type { MachineEnvironment } from "../environment";
import { isSameStack, type MachineEntry, nameOf, sameIdentity } from "../journal/entry";

const keys = ["urn", "id", "sizeBytes", "format", "readonly"];

/** Problems of the disks: what is none, and what another machine has. */
export async function diskFailures(
    environment: MachineEnvironment,
    olds: Properties,
    news: Properties,
): Promise<readonly CheckFailure[]> {
    const given = news["disks"] ?? [];
    if (!Array.isArray(given)) {
        return holdsUnknown(given) ? [] : [failure("disks", `${show(given)} is not a list of disks`)];
    }
    const malformed = given.flatMap(shapeFailures);
    if (malformed.length > 0) {
        return malformed;
    }
    const disks = given as readonly WantedDisk[];
    const twice = disks.flatMap((disk, index) =>
        disks.slice(0, index).some((other) => isSame(other, disk))
            ? [failure(`disks[${index}].disk`, `the disk "${nameOf(disk)}" is attached twice: remove one`)]
            : [],
    );
    return [...twice, ...(await sharedFailures(environment, olds, news, disks))];
}

function shapeFailures(value: unknown, index: number): CheckFailure[] {
    const path = `disks[${index}]`;
    if (value === null || typeof value !== "object") {
        return holdsUnknown(value) ? [] : [failure(path, `${show(value)} is not a disk: write { disk: data }`)];
    }
    const { urn, id, readonly } = value as Readonly<Record<string, unknown>>;
    const isDisk = typeof urn === "string" && typeof id === "string";
    const isFlag = typeof readonly === "boolean" || holdsUnknown(readonly);
    return [
        ...unknownKeys(value, keys, `${path}.`),
        ...(isDisk ? [] : [failure(`${path}.disk`, "this is not a disk: give it a linuxkit.qemu.Disk")]),
        ...(isFlag ? [] : [failure(`${path}.readonly`, `${show(readonly)} is not true or false`)]),
    ];
}

/** What a machine is none the different for: which others the program declares. */
export function withoutDeclared({ declared: _, ...news }: Properties): Properties {
    return news;
}

/** A disk whose id is known only at `up` is told by its resource. */
function isSame(one: WantedDisk, other: Pick<WantedDisk, "id"> & { readonly urn?: string }): boolean {
    return one.urn === other.urn || (one.id === other.id && !holdsUnknown(one.id));
}

interface Holder {
    readonly machine: Identity;
    readonly disks: readonly (Pick<WantedDisk, "id" | "readonly"> & { readonly urn?: string })[];
}

/**
 * Two that write to one disk would destroy its filesystem; so would one that reads while another writes. What a machine of
 * the same stack has, it may be about to give up: its own check tells, and the start of this one waits for it.
 */
async function sharedFailures(
    environment: MachineEnvironment,
    olds: Properties,
    news: Properties,
    disks: readonly WantedDisk[],
): Promise<readonly CheckFailure[]> {
    const machine = news["identity"] as Identity;
    const wanting: readonly Holder[] = environment.attachments.want(machine, disks, declaredNames(news));
    if (disks.length === 0) {
        return [];
    }
    const former = (olds["identity"] ?? machine) as Identity;
    const having = (await holders(environment, [machine, former])).filter(
        (holder) => !isSameStack(holder.machine, machine),
    );
    return disks.flatMap((disk, index) => {
        const holder = [...wanting, ...having].find((other) =>
            other.disks.some((theirs) => isSame(disk, theirs) && !(theirs.readonly && disk.readonly)),
        );
        return holder === undefined
            ? []
            : [failure(`disks[${index}].disk`, sharedReason(disk, machine, holder.machine))];
    });
}

function declaredNames({ declared }: Properties): readonly string[] | undefined {
    return Array.isArray(declared) ? declared : undefined;
}

/** Machines of this host with disks, but those of these identities and what an attempt left that died. */
async function holders({ journal }: MachineEnvironment, own: readonly Identity[]): Promise<readonly Holder[]> {
    const entries = (await journal.list()).filter(
        ({ identity, disks }) => disks !== undefined && !own.some((one) => sameIdentity(one, identity)),
    );
    const lost = await Promise.all(entries.map(isLost));
    return entries.flatMap(({ identity, disks = [] }, index) =>
        lost[index] === true ? [] : [{ machine: identity, disks }],
    );
}

async function isLost({ attempt, worker }: MachineEntry): Promise<boolean> {
    return attempt === "create" && !(await isAlive(worker));
}

function sharedReason(disk: WantedDisk, machine: Identity, holder: Identity): string {
    const other = `"${nameOf(holder)}" of stack ${holder.project}/${holder.stack}`;
    return `the disk "${nameOf(disk)}" would be in two machines at once, "${nameOf(machine)}" and ${other}: take it off one of them (run the \`up\` of another stack first), or set readonly: true for it in both`;
}

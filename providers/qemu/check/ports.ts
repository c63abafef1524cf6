import { randomInt } from "node:crypto";
import { isIPv4 } from "node:net";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { failure, holdsUnknown, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { isAlive } from "../../lifecycle/process";
import type { MachineEnvironment } from "../environment";
import { type MachineEntry, nameOf, sameIdentity } from "../journal/entry";
import { findMachineProcess } from "../machine/power";
import type { Port, Protocol } from "../settings";
import { isInteger } from "./fields";
import { addressProblem, bindProblem } from "./listen";

/** A port whose host side may be left to us. */
type WantedPort = Omit<Port, "host"> & { readonly host?: number };

/** As a program gives it. */
type GivenPort = Pick<Port, "guest"> & Partial<Port>;

interface Situation {
    readonly environment: MachineEnvironment;
    readonly identity: Identity;
    /** Host ports in the inputs of state. */
    readonly before: readonly Port[];
    readonly own: readonly MachineEntry[];
    readonly others: readonly MachineEntry[];
    /** Ports that a living machine of this identity listens on. */
    readonly held: readonly Port[];
}

/** Fills in the host's side of every port; a port that was picked once is kept. */
export async function checkPorts(
    environment: MachineEnvironment,
    olds: Properties,
    news: Properties,
): Promise<{ readonly ports: unknown; readonly failures: readonly CheckFailure[] }> {
    const given = news["ports"] ?? [];
    if (!Array.isArray(given)) {
        const failures = holdsUnknown(given) ? [] : [failure("ports", `${show(given)} is not a list of ports`)];
        return { ports: given, failures };
    }
    const malformed = given.flatMap(shapeFailures);
    const failures = malformed.length > 0 ? malformed : repeated(given);
    if (failures.length > 0) {
        return { ports: given, failures };
    }
    const situation = await situate(environment, olds, news["identity"] as Identity);
    const taken: CheckFailure[] = [];
    const ports: unknown[] = [];
    for (const [index, port] of given.entries()) {
        if (holdsUnknown(port)) {
            ports.push(port);
            continue;
        }
        const settled = await settle(situation, port, index);
        ports.push(settled.port);
        taken.push(...settled.failures);
    }
    return { ports, failures: taken };
}

async function settle(
    situation: Situation,
    port: GivenPort,
    index: number,
): Promise<{ readonly port: WantedPort; readonly failures: readonly CheckFailure[] }> {
    const wanted: WantedPort = { ...port, protocol: port.protocol ?? "tcp", address: port.address ?? "127.0.0.1" };
    const elsewhere = await addressProblem(wanted.protocol, wanted.address);
    if (elsewhere !== undefined) {
        return { port: wanted, failures: [failure(`ports[${index}].address`, elsewhere)] };
    }
    if (wanted.host === undefined) {
        return { port: { ...wanted, host: await pick(situation, wanted, index) }, failures: [] };
    }
    const reason = await conflict(situation, wanted as Port);
    return { port: wanted, failures: reason === undefined ? [] : [failure(`ports[${index}].host`, reason)] };
}

async function situate(environment: MachineEnvironment, olds: Properties, identity: Identity): Promise<Situation> {
    await environment.reservations.sweep();
    const former = (olds["identity"] ?? identity) as Identity;
    const isOwn = (entry: MachineEntry): boolean =>
        sameIdentity(entry.identity, identity) || sameIdentity(entry.identity, former);
    const entries = await environment.journal.list();
    const own = entries.filter(isOwn);
    const alive = await Promise.all(own.map((entry) => findMachineProcess(entry.id, entry.start)));
    return {
        environment,
        identity,
        before: Array.isArray(olds["ports"]) ? (olds["ports"] as Port[]) : [],
        own,
        others: entries.filter((entry) => !isOwn(entry)),
        held: own.flatMap((entry, index) => (alive[index] === undefined ? [] : entry.ports)),
    };
}

function shapeFailures(port: unknown, index: number): CheckFailure[] {
    const path = `ports[${index}]`;
    if (port === null || typeof port !== "object") {
        return holdsUnknown(port) ? [] : [failure(path, `${show(port)} is not a port: write { guest: 6379 }`)];
    }
    const { guest, host, protocol, address } = port as Readonly<Record<string, unknown>>;
    const wrong = (name: string, value: unknown, good: boolean, reason: string): CheckFailure[] =>
        good || holdsUnknown(value) ? [] : [failure(`${path}.${name}`, `${show(value)} ${reason}`)];
    const range = "is not a port: use 1 to 65535";
    return [
        ...unknownKeys(port, ["guest", "host", "protocol", "address"], `${path}.`),
        ...wrong("guest", guest, isInteger(guest, 1, 65535), range),
        ...wrong("host", host, host === undefined || isInteger(host, 1, 65535), range),
        ...wrong("protocol", protocol, [undefined, "tcp", "udp"].includes(protocol as string), 'is not "tcp" or "udp"'),
        ...wrong("address", address, address === undefined || isIPv4(address as string), "is not an IPv4 address"),
    ];
}

/** A guest's port has one endpoint, and a host's port leads to one guest. */
function repeated(ports: readonly Partial<Port>[]): CheckFailure[] {
    return ports.flatMap((port, index) => {
        const earlier = ports.slice(0, index).filter((other) => protocolOf(other) === protocolOf(port));
        const guest = earlier.some((other) => other.guest === port.guest && !holdsUnknown(port.guest));
        const host = earlier.some(
            (other) =>
                other.host !== undefined &&
                other.host === port.host &&
                !holdsUnknown(port.host) &&
                overlap(other, port),
        );
        return [
            ...(guest ? [failure(`ports[${index}].guest`, `port ${port.guest} is forwarded twice: remove one`)] : []),
            ...(host ? [failure(`ports[${index}].host`, `port ${port.host} is given twice: choose another`)] : []),
        ];
    });
}

function protocolOf({ protocol }: Partial<Port>): Protocol {
    return protocol ?? "tcp";
}

function overlap(one: Partial<Port>, other: Partial<Port>): boolean {
    const addresses = [one.address ?? "127.0.0.1", other.address ?? "127.0.0.1"];
    return addresses[0] === addresses[1] || addresses.includes("0.0.0.0");
}

/** Whether one program of this host can listen for one of them alone. */
export function sharesHostPort(one: Port, other: Port): boolean {
    return one.host === other.host && one.protocol === other.protocol && overlap(one, other);
}

/** Why a host's port cannot be this machine's. */
async function conflict(situation: Situation, port: Port): Promise<string | undefined> {
    const { environment, identity, before, own, held } = situation;
    if (held.some((other) => sharesHostPort(other, port))) {
        await environment.reservations.reserve(identity, port);
        return undefined;
    }
    if (own.length === 0 && before.some((other) => sharesHostPort(other, port))) {
        return undefined;
    }
    const holder = await otherMachine(situation, port);
    if (holder !== undefined) {
        return `port ${port.host} belongs to the machine "${nameOf(holder)}" of stack ${holder.project}/${holder.stack}: choose another, or leave host out to have one picked`;
    }
    const problem = await bindProblem(port, ", or leave host out to have one picked");
    if (problem !== undefined) {
        return problem;
    }
    const reserved = await environment.reservations.reserve(identity, port);
    return reserved
        ? undefined
        : `port ${port.host} is wanted by another machine too: choose another, or leave host out to have one picked`;
}

/** What an attempt left that died before its machine ran does not count: nothing but a gc will ever ask for it. */
async function otherMachine({ others }: Situation, port: Port): Promise<Identity | undefined> {
    for (const entry of others.filter(({ ports }) => ports.some((other) => sharesHostPort(other, port)))) {
        const lost = entry.attempt === "create" && !(await isAlive(entry.worker));
        if (!lost) {
            return entry.identity;
        }
    }
    return undefined;
}

const pickable = { least: 20_000, most: 32_767 };
const attempts = 200;

/** Kept from state, else from the machine that is being replaced, else from an earlier preview, else one that is free. */
async function pick(situation: Situation, wanted: WantedPort, index: number): Promise<number> {
    const { environment, identity, before, own } = situation;
    const sources: readonly (() => Promise<readonly Port[]>)[] = [
        async () => before,
        async () => own.flatMap(({ ports }) => ports),
        async () => (await environment.reservations.of(identity)).map(({ port }) => port),
    ];
    for (const source of sources) {
        const kept = (await source()).find(
            ({ guest, protocol }) => guest === wanted.guest && protocol === wanted.protocol,
        );
        if (kept !== undefined && (await conflict(situation, { ...wanted, host: kept.host })) === undefined) {
            return kept.host;
        }
    }
    for (let attempt = 0; attempt < attempts; attempt++) {
        const host = randomInt(pickable.least, pickable.most + 1);
        if ((await conflict(situation, { ...wanted, host })) === undefined) {
            return host;
        }
    }
    throw new LinuxKitError(
        "no-free-port",
        `ports[${index}].host: none of ${attempts} ports from ${pickable.least} to ${pickable.most} is free on ${wanted.address}: give one`,
        { guest: wanted.guest },
    );
}

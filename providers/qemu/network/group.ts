import { randomInt } from "node:crypto";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Identity, Properties } from "../../lifecycle/handler";
import type { NetworkEnvironment } from "./environment";

const pickable = { least: 20_000, most: 32_767 };
const attempts = 200;

/**
 * A multicast group and UDP port: what state has, else what an earlier preview was given, else one of three billion that
 * nobody uses. QEMU shares its socket with others of the group, and this bind does not, so a network that runs is seen,
 * whoever's it is.
 */
export async function pickGroup(
    { reservations, bindError }: NetworkEnvironment,
    olds: Properties,
    identity: Identity,
): Promise<string> {
    if (typeof olds["group"] === "string") {
        return olds["group"];
    }
    await reservations.sweep();
    const [kept] = await reservations.of(identity);
    if (kept !== undefined && (await reservations.reserve(identity, kept.port))) {
        return `${kept.port.address}:${kept.port.host}`;
    }
    for (let attempt = 0; attempt < attempts; attempt++) {
        const address = randomGroup();
        const host = randomInt(pickable.least, pickable.most + 1);
        const isFree = (await bindError(address, host)) === undefined;
        if (isFree && (await reservations.reserve(identity, { guest: 0, host, protocol: "udp", address }))) {
            return `${address}:${host}`;
        }
    }
    throw new LinuxKitError(
        "no-free-group",
        `none of ${attempts} UDP ports from ${pickable.least} to ${pickable.most} can be bound to a multicast group: is UDP forbidden to this user?`,
    );
}

/** Of 239.192.0.0/14, an organization's own groups (RFC 2365, section 6.2). */
function randomGroup(): string {
    return `239.${192 + randomInt(4)}.${randomInt(256)}.${randomInt(256)}`;
}

import { isIPv4 } from "node:net";
import { holdsAddress, parseSubnet, subnetsOverlap } from "../../../sdk/assembly/subnet";
import { failure, holdsUnknown, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import type { AttachedNetwork } from "../network/attached";

const keys = ["group", "subnet", "address", "name", "problems"];

/** Problems of a machine's networks; what is wrong among the machines of one, the program has found already. */
export function networkFailures(news: Properties): readonly CheckFailure[] {
    const given = news["networks"] ?? [];
    if (!Array.isArray(given)) {
        return holdsUnknown(given) ? [] : [failure("networks", `${show(given)} is not a list of networks`)];
    }
    const twice = repeated(given);
    const failures = twice.length > 0 ? twice : given.flatMap(placeFailures);
    return failures.length > 0 || holdsUnknown(given) ? failures : overlaps(given as readonly AttachedNetwork[]);
}

/** The list with what machines need of it. */
export function withoutProblems(networks: unknown): unknown {
    return Array.isArray(networks)
        ? networks.map((network: unknown) => {
              const { problems: _, ...rest } = network as Properties;
              return rest;
          })
        : networks;
}

function repeated(networks: readonly unknown[]): readonly CheckFailure[] {
    const groups = networks.map((network) => (network as Partial<AttachedNetwork> | null)?.group);
    return groups.flatMap((group, index) =>
        typeof group === "string" && !holdsUnknown(group) && groups.indexOf(group) < index
            ? [failure(`networks[${index}].network`, "the machine is on this network twice: remove one of the two")]
            : [],
    );
}

function placeFailures(value: unknown, index: number): readonly CheckFailure[] {
    const path = `networks[${index}]`;
    if (value === null || typeof value !== "object") {
        return holdsUnknown(value)
            ? []
            : [failure(path, `${show(value)} is not a network: write { network: backend }`)];
    }
    const { group, subnet, address, name, problems = [] } = value as Readonly<Record<string, unknown>>;
    if (typeof group !== "string" || typeof subnet !== "string") {
        return [failure(`${path}.network`, "this is not a network: give it a linuxkit.qemu.Network")];
    }
    const found = holdsUnknown(problems) ? [] : (problems as readonly CheckFailure[]);
    const hasNone = found.some(({ property }) => property === "network");
    return [
        ...unknownKeys(value, keys, `${path}.`),
        ...found.map(({ property, reason }) => failure(`${path}.${property}`, reason)),
        ...(hasNone ? [] : told(`${path}.address`, addressProblem(address, subnet))),
        ...told(`${path}.name`, nameProblem(name)),
    ];
}

function told(property: string, reason: string | undefined): readonly CheckFailure[] {
    return reason === undefined ? [] : [failure(property, reason)];
}

function addressProblem(address: unknown, subnet: string): string | undefined {
    if (holdsUnknown(address) || holdsUnknown(subnet)) {
        return undefined;
    }
    if (typeof address !== "string" || !isIPv4(address)) {
        return `${show(address)} is not an IPv4 address`;
    }
    return holdsAddress(parseSubnet(subnet), address)
        ? undefined
        : `${address} is not an address for a machine on ${subnet}: choose one within it, but neither its first nor its last`;
}

/** RFC 1123, section 2.1, in lower case, as the line of /etc/hosts that it becomes. */
const hostName = /^(?!.{254})[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

function nameProblem(name: unknown): string | undefined {
    if (holdsUnknown(name)) {
        return undefined;
    }
    const isName = typeof name === "string" && hostName.test(name) && !isIPv4(name) && name !== "localhost";
    return isName
        ? undefined
        : `${show(name)} is not a name for a machine: give one of lower-case letters, digits and hyphens, such as "web-1"`;
}

/** Two interfaces on one subnet: Linux would answer for both on either. */
function overlaps(networks: readonly AttachedNetwork[]): readonly CheckFailure[] {
    const subnets = networks.map(({ subnet }) => parseSubnet(subnet));
    return subnets.flatMap((subnet, index) => {
        const other = subnets.slice(0, index).findIndex((earlier) => subnetsOverlap(earlier, subnet));
        return other === -1
            ? []
            : [
                  failure(
                      `networks[${index}].network`,
                      `its subnet ${networks[index]?.subnet} overlaps ${networks[other]?.subnet} of networks[${other}]: give one of the networks another subnet`,
                  ),
              ];
    });
}

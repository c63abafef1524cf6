import { parseSubnet, subnetsOverlap } from "../../../sdk/assembly/subnet";
import { failure, holdsUnknown, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import type { NetworkEnvironment } from "./environment";
import { pickGroup } from "./group";

const defaultSubnet = "10.77.0.0/24";

/** The network of QEMU's user networking, which every machine is on. */
const userNetwork = parseSubnet("10.0.2.0/24");

/** Every problem at once; the inputs with their default and the group, which stays when it was picked. */
export async function check(
    environment: NetworkEnvironment,
    olds: Properties,
    given: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
    const subnet = news["subnet"] ?? defaultSubnet;
    const group = await pickGroup(environment, olds, news["identity"] as Identity);
    return {
        inputs: { ...news, subnet, group },
        failures: [...unknownKeys(news, ["subnet", "group", "identity"], ""), ...subnetFailures(subnet)],
    };
}

function subnetFailures(subnet: unknown): readonly CheckFailure[] {
    if (holdsUnknown(subnet)) {
        return [];
    }
    if (typeof subnet !== "string") {
        return [failure("subnet", `${show(subnet)} is not an IPv4 subnet: write "${defaultSubnet}"`)];
    }
    try {
        return subnetsOverlap(parseSubnet(subnet), userNetwork)
            ? [
                  failure(
                      "subnet",
                      `"${subnet}" overlaps 10.0.2.0/24, which every machine's first interface is on: choose another`,
                  ),
              ]
            : [];
    } catch (error) {
        return [failure("subnet", (error as Error).message)];
    }
}

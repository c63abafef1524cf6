import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { kindOf } from "../../lifecycle/identity";
import type { ResourceSettings } from "./attempt";

/**
 * What another account's credentials do not show is not gone.
 * @throws LinuxKitError `other-account`
 */
export function requireAccount(
    { account, settings }: { readonly account: string; readonly settings: ResourceSettings },
    id: string,
    outs: Properties,
): void {
    if (outs["account"] !== account) {
        throw new LinuxKitError(
            "other-account",
            `the ${kindOf(settings.identity)} ${id} is in account ${String(outs["account"])} (${settings.region}), and these credentials are of ${account}: give those of its account; if it is gone for good, take it out of state with \`pulumi state delete\``,
            { id, account, expected: outs["account"] },
        );
    }
}

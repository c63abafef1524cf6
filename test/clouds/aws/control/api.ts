import { changeSettings } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { knowsOperator } from "../iam/conditions.ts";
import { checkPolicy } from "../iam/policy.ts";
import type { Credentials } from "../http/accounts.ts";
import type { CallLog } from "./call-log.ts";
import { checkFault } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { existing } from "./leaks.ts";
import type { StateOf } from "./leaks.ts";

/** What the side interface moves. */
export interface Controls {
    readonly world: World;
    readonly faults: Faults;
    readonly log: CallLog;
    readonly credentials: Map<string, Credentials>;
    readonly kinds: readonly StateOf[];
    /** Does what time has brought. */
    readonly settle: (world: World) => void;
}

export const SIDE_PREFIX = "/_emulator/";

type Handler = (controls: Controls, body: Record<string, unknown>) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
    "GET existing": ({ world, kinds, settle }) => {
        settle(world);
        return existing(world, kinds);
    },
    "GET calls": ({ log }) => log.calls(),
    "DELETE calls": ({ log }) => log.clear(),
    "POST faults": ({ faults }, body) => faults.arm(checkFault(body)),
    "DELETE faults": ({ faults }) => faults.clear(),
    "GET settings": ({ world }) => world.settings,
    "POST settings": async ({ world }, body) => {
        world.settings = changeSettings(world.settings, body);
        await world.save();
    },
    "GET clock": ({ world }) => ({ now: new Date(world.clock.now()).toISOString(), scale: world.clock.scale }),
    "POST clock": async ({ world }, { advanceMs, scale }) => {
        world.clock.rescale(amount(scale, "scale", world.clock.scale));
        world.clock.advance(amount(advanceMs, "advanceMs", 0));
        await world.save();
    },
    "POST forwards": async ({ world }, { instanceId, port }) => ({
        port: await world.guests.forward(String(instanceId), amount(port, "port", 0)),
    }),
    "POST console": ({ world }, { instanceId, text }) => world.guests.print(String(instanceId), String(text)),
    "POST roles": async ({ world }, { account, name }) => {
        const id = `${String(account)}/${String(name)}`;
        world.tables.roles.set(id, { id, account: String(account), name: String(name) });
        await world.save();
    },
    "POST credentials": ({ credentials }, body) => {
        const added = checkCredentials(body);
        credentials.set(added.accessKeyId, added);
    },
};

/**
 * Answers a request of the side interface, which is not AWS's: faults, clock, settings, what was called and what exists.
 * @throws Error that says what is wrong with the request
 */
export async function control(controls: Controls, method: string, path: string, body: string): Promise<unknown> {
    const handler = HANDLERS[`${method} ${path.slice(SIDE_PREFIX.length)}`];
    if (handler === undefined) {
        throw new Error(`There is no ${method} ${path}; there are ${Object.keys(HANDLERS).join(", ")}`);
    }
    return (await handler(controls, body === "" ? {} : (JSON.parse(body) as Record<string, unknown>))) ?? {};
}

function amount(value: unknown, name: string, otherwise: number): number {
    if (value === undefined) {
        return otherwise;
    }
    if (typeof value !== "number" || !(value >= 0)) {
        throw new Error(`${name}: ${JSON.stringify(value)} is not a number from 0 on`);
    }
    return value;
}

function checkCredentials(body: Record<string, unknown>): Credentials {
    const missing = ["accessKeyId", "secretAccessKey", "account", "user"].find(
        (name) => typeof body[name] !== "string",
    );
    if (missing !== undefined) {
        throw new Error(`Credentials have accessKeyId, secretAccessKey, account, user; ${missing} is not a string`);
    }
    const { policies } = body;
    if (policies !== undefined && !Array.isArray(policies)) {
        throw new Error("policies is a list of policies");
    }
    ((policies ?? []) as unknown[]).forEach((policy) => checkPolicy(policy, knowsOperator));
    return body as unknown as Credentials;
}

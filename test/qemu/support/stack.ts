import assert from "node:assert/strict";
import { findLeftovers, releasePorts, removeLeftover } from "../../../providers/command/gc";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { PartialFailure } from "../../../providers/lifecycle/handler";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import type { Steps } from "../../../providers/lifecycle/steps";
import type { StackState } from "../../../providers/lifecycle/stack";
import type { FakeHost } from "./host";

/** `kill -9` of the provider before its n-th step, or before the engine writes down what the n-th call answered. */
export class Death {
    count = 0;
    happened = false;

    constructor(private readonly at: number = Infinity) {}

    boundary(): void {
        if (this.happened || this.count++ === this.at) {
            this.happened = true;
            throw new Killed();
        }
    }

    /** Neither cleaning up nor anything else is left to the dead. */
    steps(): Steps {
        const guarded = async <T>(_: string, step: () => Promise<T>): Promise<T> => {
            this.boundary();
            return step();
        };
        return { signal: new AbortController().signal, run: guarded, undo: guarded };
    }
}

export class Killed extends Error {}

let commands = 0;

/** Pulumi's engine with one resource in its state: the order of calls is that of the real one. */
export class FakeStack {
    state: State | undefined;
    /** What a replacement has taken the place of, and what is not deleted yet. */
    readonly #replaced: State[] = [];

    constructor(
        private readonly host: FakeHost,
        private readonly provider = (steps: Steps, self: ProcessIdentity): Handler => host.provider(steps, self),
    ) {}

    async up(news: Properties, death: Death = new Death()): Promise<void> {
        const provider = this.#command(death);
        const { inputs } = await checked(provider, this.state?.inputs ?? {}, news);
        if (this.state === undefined) {
            await this.#create(provider, inputs, death);
        } else {
            await this.#change(provider, this.state, inputs, news, death);
        }
        await this.#deleteReplaced(provider, death);
    }

    async #change(provider: Handler, former: State, inputs: Properties, news: Properties, death: Death): Promise<void> {
        const { changes, replaces, deleteBeforeReplace } = await provider.diff(former.id, former.outs, inputs);
        if (replaces.length > 0) {
            const fresh = await checked(provider, {}, news);
            if (deleteBeforeReplace) {
                await this.#delete(provider, death);
            }
            await this.#create(provider, fresh.inputs, death);
            this.#replaced.push(...(deleteBeforeReplace ? [] : [former]));
        } else if (changes) {
            await this.#update(provider, inputs, death);
        }
    }

    async destroy(death: Death = new Death()): Promise<void> {
        const provider = this.#command(death);
        if (this.state !== undefined) {
            await this.#delete(provider, death);
        }
        await this.#deleteReplaced(provider, death);
    }

    async refresh(): Promise<void> {
        if (this.state !== undefined) {
            const { id, outs } = await this.#command(new Death()).read(this.state.id, this.state.outs);
            this.state = id === "" ? undefined : { ...this.state, outs };
        }
    }

    async gc(): Promise<number> {
        const { journal, reservations } = this.host.environment();
        const state = this.exported();
        const found = await findLeftovers({ journal, reservations }, state);
        for (const leftover of found) {
            assert(await removeLeftover({ journal, reservations }, leftover), "a leftover is in use");
        }
        await releasePorts({ journal, reservations }, state);
        return found.length;
    }

    /** What `pulumi stack export` tells of. */
    exported(): StackState {
        return {
            name: { organization: "organization", project: "shop", stack: "dev" },
            ids: new Set([...(this.state === undefined ? [] : [this.state]), ...this.#replaced].map(({ id }) => id)),
            resources: [],
        };
    }

    /** Each command has a provider process of its own, which is dead when the next one looks. */
    #command(death: Death): Handler {
        const self: ProcessIdentity = { pid: 2 ** 30 + commands++, startTime: "ended" };
        return this.provider(death.steps(), self);
    }

    async #create(provider: Handler, inputs: Properties, death: Death): Promise<void> {
        const { id, outs } = await provider.create(inputs);
        death.boundary();
        this.state = { id, inputs, outs };
    }

    async #update(provider: Handler, inputs: Properties, death: Death): Promise<void> {
        const { id, outs: olds } = this.state as NonNullable<typeof this.state>;
        try {
            const { outs } = await provider.update(id, olds, inputs);
            death.boundary();
            this.state = { id, inputs, outs };
        } catch (error) {
            if (error instanceof PartialFailure) {
                this.state = { id, inputs, outs: error.outs };
            }
            throw error;
        }
    }

    async #delete(provider: Handler, death: Death): Promise<void> {
        const { id, outs } = this.state as NonNullable<typeof this.state>;
        await provider.delete(id, outs);
        death.boundary();
        this.state = undefined;
    }

    async #deleteReplaced(provider: Handler, death: Death): Promise<void> {
        for (const { id, outs } of [...this.#replaced]) {
            await provider.delete(id, outs);
            death.boundary();
            this.#replaced.shift();
        }
    }
}

interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

async function checked(provider: Handler, olds: Properties, news: Properties): Promise<{ inputs: Properties }> {
    const { inputs, failures } = await provider.check(olds, news);
    if (failures.length > 0) {
        throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    }
    return { inputs };
}

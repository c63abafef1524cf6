import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Identity } from "../../lifecycle/handler";

interface Want {
    readonly instance: Identity;
    readonly volumes: ReadonlySet<string>;
}

/**
 * What instances want of volumes, in the checks of one command: AWS tells who has a volume, and not who is to have it. One
 * object serves all instances of a provider process.
 */
export class VolumeWants {
    readonly #wanted = new Map<string, Want>();
    readonly #declared = new Map<string, number>();

    /**
     * What an instance wants now, whatever it wanted before.
     * @param volumes ids of those that are known
     * @param declared how many instances the program declares
     * @returns another instance that wants one of them too
     */
    want(
        instance: Identity,
        volumes: readonly string[],
        declared: number,
    ): { readonly volume: string; readonly instance: Identity } | undefined {
        const own = labelOf(instance);
        this.#wanted.set(own, { instance, volumes: new Set(volumes) });
        this.#declared.set(stackOf(instance), declared);
        for (const [label, other] of this.#wanted) {
            const volume = volumes.find((id) => other.volumes.has(id));
            if (label !== own && volume !== undefined) {
                return { volume, instance: other.instance };
            }
        }
        return undefined;
    }

    /** Whether the instance of an identity's label has said that it keeps a volume. */
    isKept(label: string, volume: string): boolean {
        return this.#wanted.get(label)?.volumes.has(volume) === true;
    }

    /**
     * Whether the program has no such instance any more: it has declared all that it has, each was checked, and none is
     * that one. It is deleted when all else is done.
     */
    isForgone(label: string, stack: string): boolean {
        const checked = [...this.#wanted.values()].filter(({ instance }) => stackOf(instance) === stack);
        const declared = this.#declared.get(stack);
        return declared !== undefined && checked.length >= declared && !this.#wanted.has(label);
    }
}

const labelOf = (identity: Identity): string => ownershipLabels(identity)[labels.identity] as string;
const stackOf = (identity: Identity): string => ownershipLabels(identity)[labels.stack] as string;

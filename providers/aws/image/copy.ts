import { LinuxKitError } from "../../../sdk/assembly/error";
import { requireAbandoned } from "../../lifecycle/attempt";
import { called, identityLabel } from "../../lifecycle/identity";
import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { awsCode, isRefusal } from "../client/errors";
import { watchOf } from "../resource/attempt";
import type { Asked } from "../resource/journal";
import type { Attempt } from "./attempt";
import type { CopyRequest } from "./calls";
import type { LeftImage } from "./left";
import { nameTaken } from "./register";
import { type CopySource, imageDigest, snapshotDigest, tagsWhileMade } from "./settings";

/** A request for a copy that stands in the journal. */
export type AskedCopy = Asked<CopyRequest>;

/** Has AWS copy an image with its snapshot; the request stands in the journal before it is sent. */
export async function startCopy(
    attempt: Attempt,
    steps: Steps,
    source: CopySource,
): Promise<{ readonly id: string; readonly copy: AskedCopy }> {
    try {
        return await ask(attempt, steps, copyRequest(attempt, source, attempt.settings.name));
    } catch (error) {
        const isTaken = error instanceof LinuxKitError && error.code === "image-name-taken";
        if (!isTaken || attempt.settings.isNamed) {
            throw error;
        }
        const name = `${attempt.settings.name}-${attempt.environment.random(4)}`;
        return ask(attempt, steps, copyRequest(attempt, source, name));
    }
}

function copyRequest({ environment, settings, pending }: Attempt, source: CopySource, name: string): CopyRequest {
    const { encrypted, kmsKey, description } = settings;
    return {
        token: environment.random(40),
        name,
        description,
        source: { id: source.id, region: source.region },
        ...(encrypted ? { encrypted: true } : {}),
        ...(kmsKey === undefined ? {} : { kmsKey }),
        tags: tagsWhileMade(settings, imageDigest(settings), pending),
        snapshotTags: tagsWhileMade(settings, snapshotDigest(settings), pending),
    };
}

async function ask(
    attempt: Attempt,
    steps: Steps,
    request: CopyRequest,
): Promise<{ readonly id: string; readonly copy: AskedCopy }> {
    const { environment, settings, account, pending, calls } = attempt;
    const { copies } = environment.store;
    const { region } = settings;
    const copy = { version: 1, identity: identityLabel(settings), account, region, pending, request } as const;
    await steps.run("record the copy", () => copies.write(copy));
    try {
        const id = await steps.run("copy the image", () => calls.copyImage(request));
        return { id, copy };
    } catch (error) {
        if (awsCode(error) !== "InvalidAMIName.Duplicate") {
            throw error;
        }
        await copies.remove(copy);
        throw nameTaken(settings, request.name, error);
    }
}

/**
 * Copies that this machine asked for and did not finish: a request whose answer was lost is made again, and gives the same
 * image.
 */
export async function leftCopies(attempt: Attempt, steps: Steps): Promise<readonly LeftImage[]> {
    const { environment, settings, account } = attempt;
    const of = { identity: identityLabel(settings), account, region: settings.region };
    const found = await steps.run("look for an earlier copy", () => environment.store.copies.asked(of));
    const left: LeftImage[] = [];
    for (const copy of found) {
        await requireAbandoned(copy.pending, called(settings.identity), watchOf(attempt, steps));
        left.push(...(await copiedBy(attempt, steps, copy)));
    }
    return left;
}

/** Nothing of a request that AWS refuses now: what it once made, if anything, is found by its tags. */
async function copiedBy(attempt: Attempt, steps: Steps, copy: AskedCopy): Promise<readonly LeftImage[]> {
    const { name, tags } = copy.request;
    try {
        const id = await steps.run("ask for the copy again", () => attempt.calls.copyImage(copy.request));
        return [{ id, name, snapshots: [], pending: copy.pending, digest: tags[labels.digest], copy }];
    } catch (error) {
        if (!isRefusal(error)) throw error;
        await attempt.environment.store.copies.remove(copy);
        return [];
    }
}

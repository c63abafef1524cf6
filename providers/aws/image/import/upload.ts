import { Readable } from "node:stream";
import { bytesOf, type SparseDisk } from "../../../image/disk";
import { identityLabel } from "../../../lifecycle/identity";
import type { Steps } from "../../../lifecycle/steps";
import type { Asked } from "../../resource/journal";
import type { Attempt } from "../attempt";
import { type BucketUpload, snapshotDigest, tagsWhileMade } from "../settings";
import type { ImportRequest, ObjectPlace } from "./calls";
import { removeObjects } from "./objects";

/** An import that stands in the journal. Until its disk is there `isUploaded` is not said. */
export type AskedImport = Asked<ImportRequest & { readonly isUploaded?: true }>;

/**
 * Puts the disk into the bucket, every byte of it. Its key says whose it is and who works on it, for those who find it when
 * this process is gone. Whatever ends it early, nothing stays in the bucket.
 */
export async function uploadDisk(attempt: Attempt, steps: Steps, target: BucketUpload): Promise<AskedImport> {
    const { environment, settings } = attempt;
    const { imports } = environment.store;
    const wanted = wantedImport(attempt, target);
    await steps.run("record the import", () => imports.write(wanted));
    try {
        await environment.disks.read(settings.disk, (disk) =>
            steps.run("upload the disk", () => put(attempt, steps, disk, wanted.request)),
        );
    } catch (error) {
        await steps.undo("remove what was uploaded", () => removeObjects(attempt, wanted.request));
        await imports.remove(wanted);
        throw error;
    }
    const uploaded: AskedImport = { ...wanted, request: { ...wanted.request, isUploaded: true } };
    await steps.run("record the upload", () => imports.write(uploaded));
    return uploaded;
}

function wantedImport({ environment, settings, account, pending }: Attempt, target: BucketUpload): AskedImport {
    const { encrypted, kmsKey, description, region } = settings;
    return {
        version: 1,
        identity: identityLabel(settings),
        account,
        region,
        pending,
        request: {
            token: environment.random(40),
            bucket: target.bucket,
            key: `${keysOf(target, identityLabel(settings))}${pending}`,
            description,
            ...(target.role === undefined ? {} : { role: target.role }),
            ...(encrypted ? { encrypted: true } : {}),
            ...(kmsKey === undefined ? {} : { kmsKey }),
            tags: tagsWhileMade(settings, snapshotDigest(settings), pending),
        },
    };
}

/** What keys of a resource's objects begin with; its attempt's label is the rest. */
export function keysOf({ prefix = "" }: BucketUpload, identity: string): string {
    return `${prefix}${identity}/`;
}

async function put({ environment, settings, calls }: Attempt, steps: Steps, disk: SparseDisk, place: ObjectPlace) {
    const { sizeBytes } = disk;
    const message = `uploading ${settings.name} to s3://${place.bucket} in ${settings.region}`;
    let done = 0;
    async function* counted(): AsyncGenerator<Buffer, void, undefined> {
        for await (const bytes of bytesOf(disk).chunks()) {
            // The upload holds several, and a disk's are good until the next alone.
            yield Buffer.from(bytes);
            done += bytes.length;
            environment.progress({ message, fraction: done / sizeBytes });
        }
    }
    const body = Readable.from(counted(), { objectMode: true, highWaterMark: 1 });
    await calls.uploadObject(place, body, { sizeBytes, signal: steps.signal });
}

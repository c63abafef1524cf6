import type { Clients } from "../../../providers/aws/client/clients";
import { importCalls } from "../../../providers/aws/client/import-calls";
import { removeObjects } from "../../../providers/aws/image/import/objects";
import { awsError } from "../support/fault";

test("in a bucket that is gone there is nothing, and nothing to delete", async () => {
    const gone = () => Promise.reject(awsError("NoSuchBucket", 404));
    const s3 = { listObjectsV2: gone, listMultipartUploads: gone, deleteObject: gone };
    const calls = importCalls({ s3: () => s3 } as unknown as Clients);
    expect(await calls.objects("disks", "images/")).toEqual([]);
    expect(await removeObjects({ calls }, { bucket: "disks", key: "images/os" })).toBeUndefined();
});

test("uploads of objects whose keys only begin alike are left", async () => {
    const aborted: string[] = [];
    const calls = {
        unfinishedObjects: () =>
            Promise.resolve([
                { key: "images/os", id: "own" },
                { key: "images/os-of-others", id: "foreign" },
            ]),
        abortObject: async (_: string, { id }: { readonly id: string }) => void aborted.push(id),
        deleteObject: () => Promise.resolve(),
    };
    await removeObjects({ calls }, { bucket: "disks", key: "images/os" });
    expect(aborted).toEqual(["own"]);
});

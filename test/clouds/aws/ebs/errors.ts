import { Failure } from "../protocol/failure.ts";

/** Reasons of EBS's ValidationException, of its model. */
type Reason =
    | "INVALID_PAGE_TOKEN"
    | "INVALID_BLOCK_TOKEN"
    | "INVALID_SNAPSHOT_ID"
    | "UNRELATED_SNAPSHOTS"
    | "INVALID_BLOCK"
    | "INVALID_TAG"
    | "INVALID_DEPENDENCY_REQUEST"
    | "INVALID_PARAMETER_VALUE"
    | "INVALID_VOLUME_SIZE";

export function invalid(Reason: Reason, message: string): Failure {
    return new Failure("ValidationException", message, 400, { Reason });
}

export function snapshotNotFound(id: string): Failure {
    return new Failure("ResourceNotFoundException", `The snapshot '${id}' does not exist.`, 404, {
        Reason: "SNAPSHOT_NOT_FOUND",
    });
}

import type {
    ImdsSupportValues,
    InstanceMetadataOptionsRequest,
    InstanceMetadataOptionsResponse,
    ModifyInstanceMetadataOptionsRequest,
    ModifyInstanceMetadataOptionsResult,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { MetadataOptions } from "../../world/tables.ts";
import { findOwn, INSTANCE } from "../query/find.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html: order of precedence. */
export function launchMetadata(
    imdsSupport: ImdsSupportValues | undefined,
    given: InstanceMetadataOptionsRequest | undefined,
): MetadataOptions {
    const ofImage: MetadataOptions =
        imdsSupport === "v2.0"
            ? { tokens: "required", endpoint: "enabled", hopLimit: 2, tags: "disabled" }
            : { tokens: "optional", endpoint: "enabled", hopLimit: 1, tags: "disabled" };
    return changed(ofImage, given ?? {});
}

function changed(before: MetadataOptions, given: InstanceMetadataOptionsRequest): MetadataOptions {
    const hopLimit = given.HttpPutResponseHopLimit ?? before.hopLimit;
    if (hopLimit < 1 || hopLimit > 64) {
        throw new Failure(
            "InvalidParameterValue",
            `Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid.`,
        );
    }
    return {
        tokens: given.HttpTokens ?? before.tokens,
        endpoint: given.HttpEndpoint ?? before.endpoint,
        hopLimit,
        tags: given.InstanceMetadataTags ?? before.tags,
    };
}

export function metadataView({ tokens, endpoint, hopLimit, tags }: MetadataOptions): InstanceMetadataOptionsResponse {
    return {
        State: "applied",
        HttpTokens: tokens,
        HttpEndpoint: endpoint,
        HttpPutResponseHopLimit: hopLimit,
        HttpProtocolIpv6: "disabled",
        InstanceMetadataTags: tags,
    };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html */
export function modifyInstanceMetadataOptions(
    call: Call,
    input: ModifyInstanceMetadataOptionsRequest,
): ModifyInstanceMetadataOptionsResult {
    const instance = findOwn(call, INSTANCE, call.world.tables.instances, input.InstanceId!);
    instance.metadata = changed(instance.metadata, input);
    return {
        InstanceId: instance.id,
        InstanceMetadataOptions: { ...metadataView(instance.metadata), State: "pending" },
    };
}

import { failure, holdsUnknown } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { imageReadiness, type Port } from "../settings";

/** A port that the image's readiness waits for is reached from this host through one that is forwarded, and by no other way. */
export function readinessFailures(news: Properties): readonly CheckFailure[] {
    const readiness = imageReadiness(news);
    const ports = news["ports"] ?? [];
    if (typeof readiness === "string" || holdsUnknown([readiness, ports])) {
        return [];
    }
    const isForwarded = (ports as readonly Partial<Port>[]).some(
        ({ guest, protocol = "tcp" }) => guest === readiness.tcp && protocol === "tcp",
    );
    const elsewhere = news["networks"] === undefined ? "" : "; a private network is not reached from this host";
    return isForwarded
        ? []
        : [
              failure(
                  "ports",
                  `none leads to TCP port ${readiness.tcp} of the machine, which its image's readiness waits for${elsewhere}: add { guest: ${readiness.tcp} }, or give the image another readiness`,
              ),
          ];
}

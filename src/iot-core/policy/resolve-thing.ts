export type ResolveThing = (certificateId: string, clientId: string) => string | undefined;

interface ResolveThingDeps {
  /** The thing that a certificate is attached to as EXCLUSIVE_THING. */
  readonly exclusiveThingOf: (certificateId: string) => string | undefined;
  readonly isAttached: (thingName: string, certificateId: string) => boolean;
}

/**
 * Builds the search for the thing of a connection: the one its certificate is attached to
 * exclusively, or else the one named as its client id, if that is attached.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html
 */
export function createResolveThing(deps: ResolveThingDeps): ResolveThing {
  return (certificateId, clientId) => {
    const exclusive = deps.exclusiveThingOf(certificateId);
    if (exclusive !== undefined) return exclusive;
    return deps.isAttached(clientId, certificateId) ? clientId : undefined;
  };
}

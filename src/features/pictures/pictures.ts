import {
  PICTURE_PIXELS_MAX,
  PICTURE_SIDE_MIN,
  resizePicture,
  type PictureFault,
} from '../../platform/image/resize-picture.ts'
import type { MediaStore } from '../../platform/media/media-store.ts'
import type { Consumer } from '../../platform/outbox/outbox.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import { mediaName, type Picture } from '../../shared/picture.ts'
import { UPLOADED, type EventPicture, type EventPictures } from '../catalog/index.ts'
import { createPictureFetcher, type FetcherDeps } from './fetch-pictures.ts'

/**
 * `uploaded` by the house; `fetched` from the event's `image_url`; `waiting` to be fetched; `none`: nobody named one,
 * what was named cannot be shown, or it was taken away.
 */
type PictureState = 'uploaded' | 'fetched' | 'waiting' | 'none'

export interface Pictures {
  read(eventId: EventId): Promise<{ picture: Picture | null; state: PictureState } | Refusal>
  /** Replaces whatever picture the event has; `alt` null: what it shows is said nowhere. */
  upload(
    eventId: EventId,
    c: { bytes: Uint8Array; alt: string | null; actor: string },
  ): Promise<Picture | Refusal>
  describe(eventId: EventId, c: { alt: string | null; actor: string }): Promise<Picture | Refusal>
  /** The poster is drawn again; what the event's `image_url` names is not fetched again. */
  remove(eventId: EventId, c: { actor: string }): Promise<Refusal | null>
  store: MediaStore
  /** Reads the facts of the catalog and fetches what events name. */
  fetcher: Consumer
}

type PicturesDeps = Omit<FetcherDeps, 'keep'> & { catalog: EventPictures; store: MediaStore }

export function createPictures(deps: PicturesDeps): Pictures {
  const { catalog, store } = deps

  async function found(eventId: EventId): Promise<EventPicture | Refusal> {
    return (await catalog.picture(eventId)) ?? refuse('not_found', 'There is no such event.')
  }

  return {
    async read(eventId) {
      const now = await found(eventId)
      return isRefusal(now) ? now : { picture: now.picture, state: stateOf(now) }
    },
    async upload(eventId, { bytes, alt, actor }) {
      const picture = await keepPicture(store, bytes)
      if (typeof picture === 'string') return refusalOf(picture)
      const described = { ...picture, alt }
      const isThere = await catalog.setPicture(eventId, { picture: described, from: UPLOADED }, actor)
      return isThere ? described : refuse('not_found', 'There is no such event.')
    },
    async describe(eventId, { alt, actor }) {
      const picture = await catalog.describePicture(eventId, alt, actor)
      if (picture === undefined) return refuse('not_found', 'There is no such event.')
      return picture ?? refuse('conflict', 'The event has no picture to describe: upload one first.')
    },
    async remove(eventId, { actor }) {
      const now = await found(eventId)
      if (isRefusal(now)) return now
      await catalog.setPicture(eventId, { picture: null, from: now.imageUrl }, actor)
      return null
    },
    store,
    fetcher: createPictureFetcher({ ...deps, keep: (bytes) => keepPicture(store, bytes) }),
  }
}

/** The picture's files are there before anything names them. */
async function keepPicture(store: MediaStore, bytes: Uint8Array): Promise<Picture | PictureFault> {
  const resized = await resizePicture(bytes)
  if (typeof resized === 'string') return resized
  const { hash, width, height, files, preview } = resized
  for (const file of files) await store.put(mediaName(hash, file.width), file.bytes)
  await store.put(mediaName(hash, 'preview'), preview)
  return { hash, width, height, widths: files.map((file) => file.width), alt: null }
}

function stateOf({ picture, from, imageUrl }: EventPicture): PictureState {
  if (picture) return from === UPLOADED ? 'uploaded' : 'fetched'
  return imageUrl !== null && imageUrl !== from && from !== UPLOADED ? 'waiting' : 'none'
}

function refusalOf(fault: PictureFault): Refusal {
  switch (fault) {
    case 'not_a_picture':
      return refuse('unsupported_media_type', 'Send a picture as JPEG, PNG, WebP, AVIF or GIF.')
    case 'too_many_pixels':
      return refuse('too_large', `The picture may have ${PICTURE_PIXELS_MAX} pixels at most.`)
    case 'too_small':
      return refuse('malformed', `The picture has to be at least ${PICTURE_SIDE_MIN} pixels wide and high.`)
    case 'damaged':
      return refuse('malformed', 'The picture is damaged or cut off.')
    case 'busy':
      return refuse('busy', 'Many pictures are being made at this moment. Try again.', {
        retryAfterSeconds: 5,
      })
  }
}

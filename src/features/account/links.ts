import type { Clock } from '../../platform/clock.ts'
import { LINK_SECONDS_MAX } from './limits.ts'
import type { Links, Mac } from './types.ts'

/** Signs the path with its end of life; everything else in the query is left out and means nothing. */
export function createLinks(mac: Mac, clock: Clock): Links {
  return {
    sign: (path, seconds) => {
      const expires = Math.floor(clock.now() / 1000) + Math.min(seconds, LINK_SECONDS_MAX)
      const signature = Buffer.from(mac.sign(`${path}\n${expires}`)).toString('base64url')
      return `${path}?expires=${expires}&signature=${signature}`
    },
    verify: (text) => {
      const url = URL.parse(text, 'http://usher')
      const expires = url?.searchParams.get('expires')
      const signature = url?.searchParams.get('signature')
      if (!url || !expires || !signature || !/^[0-9]{1,12}$/.test(expires)) return false
      if (Number(expires) * 1000 <= clock.now()) return false
      return mac.verify(`${url.pathname}\n${expires}`, Buffer.from(signature, 'base64url'))
    },
  }
}

/** A short tone for a new message, when the visitor asked for it. No file is loaded. */

import { useEffect } from "preact/hooks";
import type { Chat } from "../store/chat";

export function useSound(chat: Chat, on: boolean): void {
  useEffect(() => {
    if (!on) return;
    let context: AudioContext | null = null;
    const stop = chat.on((event) => {
      if (event.type !== "message") return;
      try {
        context ??= new AudioContext();
        ring(context);
      } catch {
        // No sound device: silence is fine.
      }
    });
    return () => {
      stop();
      void context?.close();
    };
  }, [chat, on]);
}

function ring(context: AudioContext): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  const now = context.currentTime;
  tone.frequency.setValueAtTime(660, now);
  tone.frequency.setValueAtTime(880, now + 0.08);
  volume.gain.setValueAtTime(0.05, now);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.25);
  tone.connect(volume).connect(context.destination);
  tone.start(now);
  tone.stop(now + 0.26);
}

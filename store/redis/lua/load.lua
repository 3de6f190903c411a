-- Reads a session and counts this update in the person's rate, unless the
-- session has seen it. KEYS: session, rate. ARGV: update id (8 bytes), window (ms).
-- Repeating it counts once more, which only makes the rate a little stricter.
local value = redis.call('GET', KEYS[1])
local header = 18 -- format, version, count of seen ids
if value and #value >= header then
  local n = string.byte(value, header)
  for i = 0, n - 1 do
    if string.sub(value, header + 1 + i * 8, header + 8 + i * 8) == ARGV[1] then
      return { value, 0 }
    end
  end
end
local count = redis.call('INCR', KEYS[2])
if count == 1 then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return { value, count }

package hk.hkall.analysis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;

/**
 * The rules of a {@code mapping} char filter: {@code from => to}, blanks around both sides ignored.
 *
 * <p>Only ASCII blanks are: an ideographic space is a character that a rule may map. Of several
 * arrows the last one parts the sides.
 *
 * <p>A backslash escapes as in Java; a Unicode escape is the only way to write a blank at an end of a side.
 */
final class MappingRules {
    private static final Pattern RULE = Pattern.compile("(.*)=>(.*)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.|$)");

    private MappingRules() {}

    /** Throws IllegalArgumentException with the rule, for one that has no {@code =>} or an empty left side. */
    static NormalizeCharMap parse(List<String> rules) {
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            Matcher sides = RULE.matcher(rule);
            if (!sides.matches() || sides.group(1).trim().isEmpty()) {
                throw new IllegalArgumentException("Invalid Mapping Rule : [" + rule + "]");
            }
            map.add(unescape(sides.group(1).trim(), rule), unescape(sides.group(2).trim(), rule));
        }
        return map.build();
    }

    private static String unescape(String side, String rule) {
        if (side.indexOf('\\') < 0) {
            return side;
        }
        return ESCAPE.matcher(side).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1), rule)));
    }

    private static String character(String escape, String rule) {
        if (escape.isEmpty() || escape.equals("u")) {
            throw new IllegalArgumentException("Invalid escaped char in [" + rule + "]");
        }
        return switch (escape.charAt(0)) {
            case 'u' -> String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'b' -> "\b";
            case 'f' -> "\f";
            default -> escape;
        };
    }
}

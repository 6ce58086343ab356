<?php
// Read before every page of SimpleSAMLphp. It encrypts for a public key with AES-128-CBC, a constant of its SAML2\EncryptedAssertion that no option
// changes (sharedkey_algorithm is for keys agreed on beforehand), though its XML library writes AES-GCM as well. Where the file "cipher" holds the name
// of another one, such as AES256_GCM, its own class is read with that in the constant's place; all else, and all that is encrypted, is its own work.
(function () {
    $cipher = dirname(getenv('SIMPLESAMLPHP_CONFIG_DIR')) . '/cipher';
    if (!is_file($cipher)) {
        return;
    }
    $program = getenv('SIMPLESAMLPHP') ?: '/usr/share/simplesamlphp';
    $source = file_get_contents("$program/vendor/simplesamlphp/saml2/src/SAML2/EncryptedAssertion.php");
    $changed = str_replace('new XMLSecurityKey(XMLSecurityKey::AES128_CBC)', 'new XMLSecurityKey(XMLSecurityKey::' . file_get_contents($cipher) . ')', $source, $count);
    if ($count !== 1) {
        throw new Exception('the cipher of SimpleSAMLphp stands elsewhere in this version');
    }
    eval(substr($changed, strlen('<?php')));
})();
